"""What every message widget of the transcript has in common."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from chat_studio.history.records import MessageRecord
from chat_studio.ui.transcript.surface import FlowSurface


class MessageWidget(QWidget):
    """A message laid out for a width; it places its own parts and has no layout object.

    Signals:
        grew(int): it will have this height as soon as there is room for it.
        link_activated(str): the user clicked a link.
        retry_requested(str): answer again; the id of the message.
        adopted(FlowSurface): another text of the message can be selected in.
    """

    grew = Signal(int)
    link_activated = Signal(str)
    retry_requested = Signal(str)
    adopted = Signal(object)

    def __init__(self, record: MessageRecord, parent: QWidget) -> None:
        super().__init__(parent)
        self.record = record
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)  # a taller message paints only what it gained

    @property
    @abstractmethod
    def surface(self) -> FlowSurface:
        """Where the message's text stands."""

    @abstractmethod
    def set_width(self, width: int) -> None:
        """Lays the message out for a column of `width` pixels."""

    @property
    def is_selected(self) -> bool:
        """Whether something is selected in it."""
        return any(surface.selection is not None for surface in self.findChildren(FlowSurface))

    def copy_message(self) -> None:
        """Puts the Markdown of the whole message on the clipboard."""
        QGuiApplication.clipboard().setText(self.record.message.text)

    def _adopt(self, surface: FlowSurface) -> FlowSurface:
        surface.link_activated.connect(self.link_activated)
        surface.copy_all_requested.connect(self.copy_message)
        self.adopted.emit(surface)
        return surface
