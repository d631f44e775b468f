"""The transcript: a column of messages of which only those near the viewport have widgets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QToolButton, QWidget

from chat_studio.events import Event
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import icon
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.column import MARGIN, Column
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.question import QuestionWidget
from chat_studio.ui.transcript.search import Finder
from chat_studio.ui.transcript.style import TextStyle

COLUMN_WIDTH = 744
KEPT = 3
"""Viewports above and below the visible one within which widgets are kept."""
AT_END = 4
"""Pixels from the end within which the view counts as following it."""


class Transcript(QScrollArea):
    """Shows messages, and the running answer as it grows. It follows the end until the user scrolls away from it.

    Signals:
        retry_requested(str): answer again; the id of the answer.
        link_activated(str): the user clicked a link.
    """

    retry_requested = Signal(str)
    link_activated = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setAccessibleName("Conversation")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._appearance = appearance
        self._style = TextStyle.of(appearance.theme, appearance.body_font(), appearance.mono_font())
        self._records: list[MessageRecord] = []
        self._column = Column()
        self._widgets: dict[int, MessageWidget] = {}
        self._following = True
        self._adjusting = False
        self._canvas = QWidget()
        self._canvas.setObjectName("transcriptCanvas")
        self._canvas.setAutoFillBackground(True)
        self.setWidget(self._canvas)
        self._latest = self._make_latest_button()
        self._finder = Finder()
        self._paint_background()
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().setSingleStep(24)
        appearance.changed.connect(self._on_appearance_changed)

    # -- content -----------------------------------------------------------------------------------------

    def show_records(self, records: Sequence[MessageRecord]) -> None:
        """Shows another conversation, from its end."""
        self._drop_widgets()
        self._records = list(records)
        self._column.set(self._records)
        self._finder.clear()
        self._following = True
        self._arrange()

    def add_record(self, record: MessageRecord) -> None:
        """A message at the end. The user's own question brings the view back to the end."""
        self._records.append(record)
        self._column.append(record)
        if record.message.role is Role.USER:
            self._following = True
        self._arrange()

    def grow(self, message_id: str, events: Sequence[Event]) -> None:
        """Shows what the running answer brought since the last call."""
        index = self._index(message_id)
        if index is not None:
            widget = self._realise(index)
            assert isinstance(widget, AnswerWidget)  # noqa: S101 - only answers grow
            widget.apply(events)

    def change_record(self, record: MessageRecord) -> None:
        """A message has its final form."""
        index = self._index(record.id)
        if index is None:
            return
        self._records[index] = record
        widget = self._widgets.get(index)
        if isinstance(widget, AnswerWidget):
            widget.change(record)

    def records(self) -> tuple[MessageRecord, ...]:
        return tuple(self._records)

    def find_text(self, text: str, *, forward: bool = True) -> tuple[int, int]:
        """Goes to the next match and marks it; returns its number from 1 (0: none) and the count."""
        found = self._finder.step(text, self._records, forward=forward)
        self._mark(None)
        if found is not None:
            self._following = False
            self._mark(found)
        return self._finder.position, self._finder.count

    def clear_find(self) -> None:
        self._finder.clear()
        self._mark(None)

    def jump_to(self, message_id: str) -> None:
        """Scrolls a message into view."""
        index = self._index(message_id)
        if index is not None:
            self._following = False
            self._scroll_to(self._column.top(index) - MARGIN)

    def jump_to_latest(self) -> None:
        self._following = True
        self._arrange()

    # -- widgets -----------------------------------------------------------------------------------------

    def _index(self, message_id: str) -> int | None:
        count = len(self._records)
        return next((i for i in reversed(range(count)) if self._records[i].id == message_id), None)

    def _realise(self, index: int) -> MessageWidget:
        """The widget of a message, made if need be."""
        if index in self._widgets:
            return self._widgets[index]
        record, width = self._records[index], self._column_width()
        widget: MessageWidget
        if record.message.role is Role.USER:
            widget = QuestionWidget(record, self._style, width, self._canvas)
        else:
            widget = AnswerWidget(record, self._appearance, self._style, width, self._canvas)
        self._widgets[index] = widget
        widget.grew.connect(lambda: self._on_grew(widget))
        widget.link_activated.connect(self.link_activated)
        widget.retry_requested.connect(self.retry_requested)
        self._column.resize(index, widget.height())
        widget.show()
        return widget

    def _realise_visible(self) -> None:
        """Makes what is near the viewport, gives back what is far, and keeps what the user reads in its place."""
        page = self.viewport().height()
        top = self.verticalScrollBar().value()
        anchor = next(iter(self._column.visible(top, top + page)), 0)
        before = self._column.top(anchor) if len(self._column) else 0.0
        wanted = self._column.visible(top - page // 2, top + page + page // 2)
        for index in wanted:
            self._realise(index)
        kept = self._column.visible(top - KEPT * page, top + (KEPT + 1) * page)
        for index in [i for i in self._widgets if i not in kept and not self._is_streaming(i)]:
            _discard(self._widgets.pop(index))
        moved = self._column.top(anchor) - before if len(self._column) else 0.0
        self._place(moved)

    def _place(self, moved: float = 0.0) -> None:
        """Puts widgets where the column says; `moved` is how far the text the user reads went down."""
        x = (self.viewport().width() - self._column_width()) // 2
        for index, widget in self._widgets.items():
            widget.move(x, round(self._column.top(index)))
        with self._quietly():
            self._canvas.resize(self.viewport().width(), max(round(self._column.height()), self.viewport().height()))
            bar = self.verticalScrollBar()
            if self._following:
                bar.setValue(bar.maximum())
            elif moved:
                bar.setValue(round(bar.value() + moved))
        self._show_latest_button()

    def _arrange(self) -> None:
        """Realises and places until the estimates near the viewport are replaced by heights."""
        self._place()
        for _ in range(3):
            before = self._column.height()
            self._realise_visible()
            if self._column.height() == before:
                break

    def _on_grew(self, widget: MessageWidget) -> None:
        index = next(i for i, known in self._widgets.items() if known is widget)
        above_view = self._column.top(index) + widget.height() < self.verticalScrollBar().value()
        moved = self._column.resize(index, widget.height())
        self._place(moved if above_view else 0.0)

    def _is_streaming(self, index: int) -> bool:
        return self._records[index].state is MessageState.STREAMING

    def _drop_widgets(self) -> None:
        for widget in self._widgets.values():
            _discard(widget)
        self._widgets.clear()

    def _column_width(self) -> int:
        return max(min(COLUMN_WIDTH, self.viewport().width() - 2 * MARGIN), 200)

    # -- scrolling ---------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _quietly(self) -> Iterator[None]:
        """Scrolling in here is ours, not the user's."""
        was, self._adjusting = self._adjusting, True
        try:
            yield
        finally:
            self._adjusting = was

    def _on_scrolled(self, value: int) -> None:
        if self._adjusting:
            return
        self._following = value >= self.verticalScrollBar().maximum() - AT_END
        self._realise_visible()

    def _scroll_to(self, y: float) -> None:
        with self._quietly():
            self.verticalScrollBar().setValue(round(y))
        self._arrange()
        with self._quietly():
            self.verticalScrollBar().setValue(round(y))
        self._show_latest_button()

    def _mark(self, found: tuple[int, int, str] | None) -> None:
        """Selects a match (record, number within it, text) and scrolls to it; None clears all marks."""
        if found is None:
            for widget in self._widgets.values():
                widget.surface.select(None)
            return
        index, nth, text = found
        self._scroll_to(self._column.top(index) - MARGIN)
        surface = self._realise(index).surface
        matches = surface.flow.find(text)
        if matches:
            y, selection = matches[min(nth, len(matches) - 1)]
            surface.select(selection)
            self._scroll_to(self._column.top(index) + surface.y() + y - self.viewport().height() / 3)

    def _make_latest_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("latestButton")
        button.setAccessibleName("Jump to the latest message")
        button.setToolTip("Jump to the latest message")
        button.setIcon(icon("chevron-down", self._appearance.theme.text))
        button.resize(32, 32)
        button.clicked.connect(self.jump_to_latest)
        button.hide()
        return button

    def _show_latest_button(self) -> None:
        self._latest.move((self.viewport().width() - 32) // 2, self.viewport().height() - 44)
        self._latest.setVisible(not self._following and bool(self._records))

    # -- Qt ----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self._column_width()
        for index, widget in self._widgets.items():
            if widget.width() != width:
                widget.set_width(width)
                self._column.resize(index, widget.height())
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # QScrollArea moves its scroll bars on the canvas's resize; ours are moved by `_place` alone.
        with self._quietly():
            return super().eventFilter(watched, event)

    def _on_appearance_changed(self) -> None:
        appearance = self._appearance
        self._style = TextStyle.of(appearance.theme, appearance.body_font(), appearance.mono_font())
        self._latest.setIcon(icon("chevron-down", appearance.theme.text))
        self._paint_background()
        for index, widget in self._widgets.items():
            if isinstance(widget, AnswerWidget):
                self._records[index] = widget.snapshot()
        self._drop_widgets()
        self._arrange()

    def _paint_background(self) -> None:
        """An opaque canvas: scrolling then moves what is painted instead of painting it again."""
        for widget in (self._canvas, self.viewport()):
            palette = widget.palette()
            palette.setColor(QPalette.ColorRole.Window, QColor(self._appearance.theme.bg))
            widget.setPalette(palette)


def _discard(widget: QWidget) -> None:
    widget.hide()
    widget.deleteLater()
