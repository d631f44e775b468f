"""The transcript: scrolls through a conversation, and follows its end while the user is there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from chat_studio.events import Event
from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.canvas import MessageCanvas
from chat_studio.ui.transcript.column import MARGIN
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.latest_button import LatestButton
from chat_studio.ui.transcript.marks import Marks
from chat_studio.ui.transcript.reading_place import ReadingPlace
from chat_studio.ui.transcript.scroll_keys import Edge, meaning
from chat_studio.ui.transcript.selections import Selections
from chat_studio.ui.transcript.tab_stops import TabStops
from chat_studio.ui.transcript.viewpoint import Viewpoint

NARROWEST, WIDEST = 600, 1200
"""Pixels of the column that may be chosen; the default is `canvas.COLUMN_WIDTH`."""


class Transcript(QScrollArea):
    """Shows messages, and the running answer as it grows. It follows the end until the user scrolls away from it.

    Signals:
        retry_requested(str): answer again; the id of the answer.
        link_activated(str): the user clicked a link.
        quote_requested(str), search_requested(str): as of `Selections`.
        found(int, int, bool): as of `Marks`.
    """

    retry_requested = Signal(str)
    link_activated = Signal(str)
    quote_requested = Signal(str)
    search_requested = Signal(str)
    found = Signal(int, int, bool)

    def __init__(
        self, appearance: Appearance, parent: QWidget | None = None, *, host: MessageHost | None = None
    ) -> None:
        """`host` is what the messages know of the program around them."""
        super().__init__(parent)
        self._host = host or MessageHost(appearance, self)
        self._canvas = MessageCanvas(self._host)
        self._viewpoint = Viewpoint(self, self._canvas)
        self.setObjectName("transcript")
        self.setAccessibleName("Conversation")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._canvas.link_activated.connect(self.link_activated)
        self._canvas.retry_requested.connect(self.retry_requested)
        self._viewpoint.moved.connect(self._offer_latest)
        self._latest = LatestButton(appearance, self)
        self._latest.clicked.connect(self.jump_to_latest)
        self.setWidget(self._canvas)
        self.selections = Selections(self)
        self.selections.quote_requested.connect(self.quote_requested)
        self.selections.search_requested.connect(self.search_requested)
        self._canvas.widget_made.connect(self.selections.adopt)
        self._stops = TabStops(self, self._canvas, self.jump_to)
        self._host.edit_begun.connect(self._stops.enter_edit)
        self._marks = Marks(self._canvas, self._viewpoint.go_to)
        self._marks.found.connect(self.found)
        self._canvas.widget_made.connect(self._marks.dress)
        appearance.changed.connect(self._on_appearance_changed)

    # -- content -----------------------------------------------------------------------------------------

    def show_records(
        self, records: Sequence[MessageRecord], place: ReadingPlace | None = None, *, is_turn: bool = False
    ) -> None:
        """Shows a branch, from a place or from its end. What it shares with the branch that is shown stays as it is,
        and so does the view while nothing changes in it. `is_turn`: it is of the same conversation, even where it
        shares nothing."""
        branch = records if isinstance(records, Branch) else Branch(records)
        anchor = self._viewpoint.anchor
        shared = self._canvas.show_branch(branch)
        if (shared or is_turn) and place is None:
            self._viewpoint.turn(shared, anchor)
        else:
            self.selections.forget()
            self._viewpoint.return_to(place)
        self._marks.restart()

    def place(self) -> ReadingPlace | None:
        """Where the reader is; None at the end. `str` and `ReadingPlace.parse` keep it as text."""
        return self._viewpoint.place()

    def add_record(self, record: MessageRecord) -> None:
        """A message at the end. The user's own question brings the view back to the end."""
        self._canvas.append(record)
        self._marks.add_message()
        self._note(record.id)
        if record.message.role is Role.USER:
            self._viewpoint.follow()
        else:
            self._viewpoint.arrange()

    def grow(self, message_id: str, events: Sequence[Event]) -> None:
        """Shows what the running answer brought since the last call."""
        index = self._canvas.records.index_of(message_id)
        widget = self._canvas.widget_of(index) if index is not None else None
        if isinstance(widget, AnswerWidget) and index is not None:
            widget.apply(events)
            self._marks.message_grew(index)
            self._note(message_id)

    def change_record(self, record: MessageRecord) -> None:
        """A message has its final form."""
        index = self._canvas.records.index_of(record.id)
        if index is not None:
            self._canvas.change(index, record)
            self._marks.message_grew(index)
            self._offer_latest()

    def find_text(self, text: str, *, forward: bool = True) -> None:
        """Goes to the next match and marks it; `found` tells which it is."""
        self._marks.find(text, forward=forward)

    def clear_find(self) -> None:
        self._marks.clear()

    def jump_to(self, message_id: str) -> None:
        """Scrolls a message into view."""
        index = self._canvas.records.index_of(message_id)
        if index is not None:
            self._viewpoint.go_to(lambda: self._canvas.top_of(index) - MARGIN)

    def jump_to_latest(self) -> None:
        self._viewpoint.follow()

    def set_column_width(self, pixels: int) -> None:
        """How wide the text is, 600 to 1200 pixels, where the window has room for it."""
        wanted = min(max(pixels, NARROWEST), WIDEST)
        with self._viewpoint.kept():
            self._canvas.set_width(self.viewport().width(), self.width(), wanted)

    def _offer_latest(self) -> None:
        records = self._canvas.records
        is_live = bool(records) and records.state(len(records) - 1) is MessageState.STREAMING
        self._latest.offer(self._viewpoint.is_away, is_live=is_live)

    def _note(self, message_id: str) -> None:
        """Something new stands in a message."""
        if self._viewpoint.is_away:
            self._latest.note(message_id)

    # -- Qt ----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        with self._viewpoint.kept():
            super().resizeEvent(event)
            self._canvas.set_width(self.viewport().width(), self.width())

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self._stops.step(forward=forward) or super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        where = meaning(event)
        if self._stops.takes(event):
            return
        if where is Edge.END:
            self._viewpoint.follow()
        elif where is Edge.START:
            self._viewpoint.go_to(lambda: 0.0)
        elif where is not None:
            self.verticalScrollBar().triggerAction(where)
        elif not (event.matches(QKeySequence.StandardKey.Copy) and self.selections.copy()):
            super().keyPressEvent(event)

    def _on_appearance_changed(self) -> None:
        with self._viewpoint.kept():
            self._canvas.restyle()
