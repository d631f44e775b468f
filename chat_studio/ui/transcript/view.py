"""The transcript: scrolls through a conversation, and follows its end while the user is there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from chat_studio.events import Event
from chat_studio.history.records import MessageRecord
from chat_studio.messages import Role
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.canvas import MessageCanvas
from chat_studio.ui.transcript.column import MARGIN
from chat_studio.ui.transcript.latest_button import LatestButton
from chat_studio.ui.transcript.marks import Marks
from chat_studio.ui.transcript.selections import Selections

AT_END = 4
"""Pixels from the end within which the view counts as following it."""


class Transcript(QScrollArea):
    """Shows messages, and the running answer as it grows. It follows the end until the user scrolls away from it.

    Signals:
        retry_requested(str): answer again; the id of the answer.
        link_activated(str): the user clicked a link.
        quote_requested(str), search_requested(str): as of `Selections`.
    """

    retry_requested = Signal(str)
    link_activated = Signal(str)
    quote_requested = Signal(str)
    search_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setAccessibleName("Conversation")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._following = True
        self._adjusting = False
        self._canvas = MessageCanvas(appearance)
        self._canvas.message_grew.connect(self._on_message_grew)
        self._canvas.link_activated.connect(self.link_activated)
        self._canvas.retry_requested.connect(self.retry_requested)
        self.setWidget(self._canvas)
        self.selections = Selections(self)
        self.selections.quote_requested.connect(self.quote_requested)
        self.selections.search_requested.connect(self.search_requested)
        self._canvas.widget_made.connect(self.selections.adopt)
        self._marks = Marks(self._canvas, self._scroll_to)
        self._latest = LatestButton(appearance, self)
        self._latest.clicked.connect(self.jump_to_latest)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        appearance.changed.connect(self._on_appearance_changed)

    # -- content -----------------------------------------------------------------------------------------

    def show_records(self, records: Sequence[MessageRecord]) -> None:
        """Shows another conversation, from its end."""
        self.selections.forget()
        self._canvas.set_records(records)
        self._marks.clear()
        self._following = True
        self._arrange()

    def add_record(self, record: MessageRecord) -> None:
        """A message at the end. The user's own question brings the view back to the end."""
        self._canvas.append(record)
        if record.message.role is Role.USER:
            self._following = True
        self._arrange()

    def grow(self, message_id: str, events: Sequence[Event]) -> None:
        """Shows what the running answer brought since the last call."""
        index = self._canvas.index_of(message_id)
        widget = self._canvas.widget_of(index) if index is not None else None
        if isinstance(widget, AnswerWidget):
            widget.apply(events)

    def change_record(self, record: MessageRecord) -> None:
        """A message has its final form."""
        index = self._canvas.index_of(record.id)
        if index is not None:
            self._canvas.change(index, record)

    def find_text(self, text: str, *, forward: bool = True) -> tuple[int, int]:
        """Goes to the next match and marks it; returns its number from 1 (0: none) and the count."""
        return self._marks.step(text, forward=forward)

    def clear_find(self) -> None:
        self._marks.clear()

    def jump_to(self, message_id: str) -> None:
        """Scrolls a message into view."""
        index = self._canvas.index_of(message_id)
        if index is not None:
            self._scroll_to(lambda: self._canvas.top_of(index) - MARGIN)

    def jump_to_latest(self) -> None:
        self._following = True
        self._arrange()

    # -- scrolling ---------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Makes what is visible until the estimates near the viewport are replaced by heights."""
        self._fit()
        for _ in range(3):
            before = self._canvas.wanted_height()
            self._fit(self._canvas.realise(self.verticalScrollBar().value(), self.viewport().height()))
            if self._canvas.wanted_height() == before:
                break

    def _fit(self, moved: float = 0.0) -> None:
        """Sizes the canvas and keeps the place; `moved` is how far the text that the user reads went down."""
        bar = self.verticalScrollBar()
        with self._quietly():
            self._canvas.resize(self.viewport().width(), max(self._canvas.wanted_height(), self.viewport().height()))
            self._canvas.place()
            if self._following:
                bar.setValue(bar.maximum())
            elif moved:
                bar.setValue(round(bar.value() + moved))
        self._latest.offer(bool(self._canvas.records) and not self._following and not self._is_at_end)

    def _scroll_to(self, target: Callable[[], float]) -> None:
        """Scrolls to where `target` says; asked twice, since making widgets on the way moves it."""
        self._following = False
        for _ in range(2):
            with self._quietly():
                self.verticalScrollBar().setValue(round(target()))
            self._arrange()

    @property
    def _is_at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - AT_END

    @contextlib.contextmanager
    def _quietly(self) -> Iterator[None]:
        """Scrolling in here is ours, not the user's."""
        was, self._adjusting = self._adjusting, True
        try:
            yield
        finally:
            self._adjusting = was

    def _on_scrolled(self, value: int) -> None:
        if not self._adjusting:
            self._following = self._is_at_end
            self._fit(self._canvas.realise(value, self.viewport().height()))

    def _on_message_grew(self, index: int, by: float) -> None:
        bottom = self._canvas.top_of(index) + self._canvas.widget_of(index).height()
        self._fit(by if bottom < self.verticalScrollBar().value() else 0.0)

    # -- Qt ----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._canvas.set_width(self.viewport().width(), self.width())
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # QScrollArea moves its scroll bars when the canvas is resized: that is ours, too.
        with self._quietly():
            return super().eventFilter(watched, event)

    def _on_appearance_changed(self) -> None:
        self._canvas.restyle()
        self._arrange()
