"""The sheet that scrolls in the transcript: the messages near the viewport as widgets, the others as heights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.column import MARGIN, Column
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.question import QuestionWidget
from chat_studio.ui.transcript.style import TextStyle

COLUMN_WIDTH = 744
AHEAD, KEPT = 0.5, 3.0
"""Pages above and below the visible one within which widgets are made, and beyond which they are given back."""


class MessageCanvas(QWidget):
    """Holds the records, and makes and places their widgets.

    Signals:
        message_grew(int, float): the message of that number is so many pixels taller.
        link_activated(str), retry_requested(str): as of `MessageWidget`.
    """

    message_grew = Signal(int, float)
    link_activated = Signal(str)
    retry_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("transcriptCanvas")
        # Scrolling and growing then move what is painted instead of painting it again.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.records: list[MessageRecord] = []
        self._appearance = appearance
        self._style = TextStyle.of(appearance.theme, appearance.body_font(), appearance.mono_font())
        self._frame_width = 0
        self._column = Column()
        self._widgets: dict[int, MessageWidget] = {}

    def set_records(self, records: Sequence[MessageRecord]) -> None:
        self._discard_all()
        self.records = list(records)
        self._column.set(self.records)

    def append(self, record: MessageRecord) -> None:
        self.records.append(record)
        self._column.append(record)

    def change(self, index: int, record: MessageRecord) -> None:
        self.records[index] = record
        widget = self._widgets.get(index)
        if isinstance(widget, AnswerWidget):
            widget.change(record)

    def index_of(self, message_id: str) -> int | None:
        """Searched from the end, where things happen."""
        return next((i for i in reversed(range(len(self.records))) if self.records[i].id == message_id), None)

    def widgets(self) -> Iterator[MessageWidget]:
        yield from self._widgets.values()

    def top_of(self, index: int) -> float:
        return self._column.top(index)

    def wanted_height(self) -> int:
        return round(self._column.height())

    def widget_of(self, index: int) -> MessageWidget:
        """The widget of a message, made if need be."""
        if index in self._widgets:
            return self._widgets[index]
        record, width = self.records[index], self._column_width()
        if record.message.role is Role.USER:
            widget: MessageWidget = QuestionWidget(record, self._style, width, self)
        else:
            widget = AnswerWidget(record, self._appearance, self._style, width, self)
        self._widgets[index] = widget
        widget.grew.connect(lambda height: self.message_grew.emit(index, self._column.resize(index, height)))
        widget.link_activated.connect(self.link_activated)
        widget.retry_requested.connect(self.retry_requested)
        self._column.resize(index, widget.height())
        widget.show()
        return widget

    def realise(self, top: float, page: float) -> float:
        """Makes what is near the page that begins at `top`, and gives back what is far from it.

        Returns how far the first message on the page moved down, since heights above it became known.
        """
        if not self.records:
            return 0.0
        anchor = next(iter(self._column.visible(top, top + page)), 0)
        before = self._column.top(anchor)
        for index in self._column.visible(top - AHEAD * page, top + (1 + AHEAD) * page):
            self.widget_of(index)
        kept = self._column.visible(top - KEPT * page, top + (1 + KEPT) * page)
        for index in [i for i in self._widgets if i not in kept and not self._is_streaming(i)]:
            _discard(self._widgets.pop(index))
        return self._column.top(anchor) - before

    def place(self) -> None:
        """Puts the widgets where the column says."""
        x = (self._frame_width - self._column_width()) // 2
        for index, widget in self._widgets.items():
            widget.move(x, round(self._column.top(index)))

    def set_width(self, width: int, frame_width: int) -> None:
        """Lays out what has a widget for a sheet of `width` pixels, centred in a frame that has a scroll bar, too."""
        self._frame_width = frame_width
        self.resize(width, self.height())
        column = self._column_width()
        for index, widget in self._widgets.items():
            if widget.width() != column:
                widget.set_width(column)
                self._column.resize(index, widget.height())

    def restyle(self) -> None:
        """Takes the appearance's theme and fonts; all widgets are made again, a running answer with all it has."""
        appearance = self._appearance
        self._style = TextStyle.of(appearance.theme, appearance.body_font(), appearance.mono_font())
        for index, widget in self._widgets.items():
            if isinstance(widget, AnswerWidget):
                self.records[index] = widget.snapshot()
        self._discard_all()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), QColor(self._appearance.theme.bg))

    def _is_streaming(self, index: int) -> bool:
        return self.records[index].state is MessageState.STREAMING

    def _column_width(self) -> int:
        return max(min(COLUMN_WIDTH, self.width() - 2 * MARGIN), 200)

    def _discard_all(self) -> None:
        for widget in self._widgets.values():
            _discard(widget)
        self._widgets.clear()


def _discard(widget: QWidget) -> None:
    widget.hide()
    widget.deleteLater()
