"""What every message widget of the transcript has in common."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.ui.transcript.deeds import Deed, offer
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.inline_edit import InlineEdit
from chat_studio.ui.transcript.message_actions import ActionBar, add_deeds
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.versions import VersionSwitcher


class MessageWidget(QWidget):
    """A message laid out for a width; it places its own parts and has no layout object. Its buttons are made when the
    pointer or the keyboard comes to it, its field when it is edited.

    Signals:
        grew(int): it will have this height as soon as there is room for it.
        link_activated(str): the user clicked a link.
        retry_requested(str): ask again, where the next question would go; the id of the message.
        adopted(FlowSurface): another text of the message can be selected in.
    """

    grew = Signal(int)
    link_activated = Signal(str)
    retry_requested = Signal(str)
    adopted = Signal(object)

    BAR: tuple[Deed, ...] = ()
    """What has a button; the rest is in the menu."""
    VERB = ""
    """What Enter does with an edited message."""

    def __init__(self, record: MessageRecord, host: MessageHost, parent: QWidget) -> None:
        super().__init__(parent)
        self.record = record
        self._host = host
        self._bar: ActionBar | None = None
        self._switcher: VersionSwitcher | None = None
        self._editor: InlineEdit | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)  # a taller message paints only what it gained
        host.changed.connect(self._look)

    @property
    @abstractmethod
    def surface(self) -> FlowSurface:
        """Where the message's text stands."""

    @abstractmethod
    def set_width(self, width: int) -> None:
        """Lays the message out for a column of `width` pixels."""

    @abstractmethod
    def _fit(self) -> None:
        """Puts the parts where they belong, and asks for room."""

    @property
    def texts(self) -> list[FlowSurface]:
        """All places where the message's own text stands, in its order."""
        return [self.surface]

    @property
    def is_selected(self) -> bool:
        """Whether something is selected in it."""
        return any(surface.selection is not None for surface in self.findChildren(FlowSurface))

    def copy_message(self) -> None:
        """Puts the Markdown of the whole message on the clipboard."""
        QGuiApplication.clipboard().setText(self.record.message.text)

    def act(self, deed: Deed) -> None:
        """Does what the message can do by itself, and asks for the rest."""
        offered = offer(deed, self.record, self._host)
        if offered is None or offered.reason:
            return
        if deed is Deed.COPY:
            self.copy_message()
        elif deed is Deed.QUOTE and self.surface.flow.box_count:
            self.surface.quote()
        elif deed is Deed.EDIT:
            self._host.begin_edit(self.record)
        else:
            self._host.wanted.emit(self.record.id, deed)

    def show_actions(self, shown: bool) -> None:
        """Shows the buttons, or hides them."""
        if shown and self._bar is None and self._editor is None and self.record.state is not MessageState.STREAMING:
            self._bar = ActionBar(self.record, self._host, self.BAR, self.act, self._chrome())
        if self._bar is not None:
            self._bar.setVisible(shown and self._editor is None)
            self._arrange_chrome()

    def add_to_menu(self, menu: QMenu) -> None:
        """Adds what can be done with the message to the menu of one of its texts, which has the rest."""
        menu.addSeparator()
        add_deeds(menu, self.record, self._host, self.act, but=(Deed.COPY, Deed.QUOTE))

    def _chrome(self) -> QWidget:
        """What the buttons stand in."""
        return self

    @abstractmethod
    def _arrange_chrome(self) -> None:
        """Places the buttons and the switcher."""

    def _adopt(self, surface: FlowSurface) -> FlowSurface:
        surface.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # and Tab as `TabStops` has it
        surface.link_activated.connect(self.link_activated)
        surface.copy_all_requested.connect(self.copy_message)
        surface.menu_opening.connect(self.add_to_menu)
        self.adopted.emit(surface)
        return surface

    def _look(self) -> None:
        """Shows what the host knows now: versions, and whether the message is edited."""
        self._look_for_versions()
        editing = self.record.id in self._host.edits
        if editing and self._editor is None:
            self._begin_edit()
        elif not editing and self._editor is not None:
            self._editor.hide()
            self._editor.deleteLater()
            self._editor = None
            self._fit()

    def _look_for_versions(self) -> None:
        several = len(self._host.versions(self.record.id)) > 1
        if several and self._switcher is None:
            self._switcher = VersionSwitcher(self.record.id, self._host, self._chrome())
            self._switcher.show()
        if self._switcher is not None:
            self._switcher.look()
            self._switcher.setVisible(several)
            self._arrange_chrome()

    def _begin_edit(self) -> None:
        self._editor = InlineEdit(self.record.id, self._host, self.VERB, self)
        self._editor.grew.connect(self._fit)
        self._editor.finished.connect(lambda text: self._host.edited.emit(self.record.id, text))
        self._editor.cancelled.connect(self._cancel_edit)
        self._editor.show()
        self.show_actions(False)
        self._fit()

    def _cancel_edit(self) -> None:
        self._host.edits.pop(self.record.id, None)
        self._look()
        self.surface.setFocus()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.show_actions(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._bar is None or not self._bar.isAncestorOf(self.window().focusWidget()):
            self.show_actions(False)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_deeds(menu, self.record, self._host, self.act)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is not None and event.modifiers() == Qt.KeyboardModifier.AltModifier and self._switcher is not None:
            self._switcher.step(by)
        else:
            super().keyPressEvent(event)
