"""Finds a text in the conversation: counts its matches by and by, marks them, and goes from one to the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from chat_studio.history.records import MessageState
from chat_studio.messages import Role
from chat_studio.ui.transcript.canvas import MessageCanvas
from chat_studio.ui.transcript.found import Found
from chat_studio.ui.transcript.landing import Landing
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.needle import Needle
from chat_studio.ui.transcript.search import Hits, Tally, block_hits, hits_in

SLICE = 0.004
"""Seconds of counting at a time."""
PAUSE = 2
"""Milliseconds between two slices, for whatever else waits."""
TOLD = 0.1
"""Seconds after which the count so far is told again."""
GROWTH = 250
"""Milliseconds after which a growing answer is counted again."""


@dataclass(frozen=True)
class Match:
    """The `nth` match in a message, both counted from 0."""

    message: int
    nth: int


class Marks(QObject):
    """Searches the texts of questions and answers; not thoughts, and not what is attached.

    Signals:
        found(int, int, bool): the number of the match that is looked at, from 1 (0: none), how many there are as far as
            is counted, and whether all is.
    """

    found = Signal(int, int, bool)

    def __init__(self, canvas: MessageCanvas, scroll_to: Callable[[Callable[[], float]], None]) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._landing = Landing(canvas, scroll_to)
        self._tally: Tally | None = None
        self._current: Match | None = None
        self._pending = 0  # a step that waits for the count: 1 forward, -1 back
        self._reached: int | None = None  # the message at which it waits
        self._told = 0.0  # when the count was told
        self._origin: int | None = None  # where looking for another text begins
        self._queue: deque[int] = deque()
        self._work: tuple[int, Iterator[Hits | None]] | None = None
        self._read: dict[tuple[int, int, int], Hits] = {}  # of a growing answer's blocks
        self._timer = _timer(self, PAUSE, self._slice)
        self._growth = _timer(self, GROWTH, self._recount)
        self._grown: set[int] = set()
        self._stale: set[int] = set()  # counted, and to be counted again
        self._parted: set[int] = set()  # with text in several places, counted by these

    def find(self, text: str, *, forward: bool) -> None:
        """Goes to the next match, or to the one before; for another text to the first one, or to the one selected."""
        if not text:
            self.clear()
            return
        if self._tally is None or text != self._tally.needle.text:
            self._begin(Needle(text))
        self._pending, self._reached = 1 if forward else -1, None
        self._told = 0.0
        self._slice()

    def clear(self) -> None:
        """Ends the search. The match that was looked at is selected."""
        if self._tally is not None and self._current is not None:
            self._landing.select(self._current.message, self._tally, self._current.nth)
        self._tally = self._current = self._origin = None
        self._stop()
        self._mark_all()

    def restart(self) -> None:
        """Other messages are shown."""
        self._origin = self._current = None
        self._stop()
        if self._tally is not None:
            self._begin(self._tally.needle)
            self._slice()

    def add_message(self) -> None:
        if self._tally is not None:
            self._tally.add_message()
            self._queue.append(len(self._tally) - 1)
            self._timer.start()

    def message_grew(self, message: int) -> None:
        if self._tally is not None:
            self._grown.add(message)
            if not self._growth.isActive():
                self._growth.start()

    def dress(self, widget: MessageWidget) -> None:
        """Marks what is looked for in a message that has a widget now."""
        if self._tally is not None:
            for text in widget.texts:
                text.mark(Found(self._tally.needle))

    # -- counting ----------------------------------------------------------------------------------------

    def _begin(self, needle: Needle) -> None:
        self._stop()
        count = len(self._canvas.records)
        self._tally, self._current = Tally(needle, count), None
        if self._origin is None or self._origin >= count:
            self._origin = self._selected(needle.text)
        self._queue.extend([*range(self._origin, count), *range(self._origin)])
        self._mark_all()

    def _selected(self, text: str) -> int:
        """The message in which just this text is selected; the first one if it is nowhere."""
        for widget in self._canvas.widgets():
            if any(shown.selection is not None and shown.selected_words() == text for shown in widget.texts):
                return self._canvas.records.index_of(widget.record.id) or 0
        return 0

    def _stop(self) -> None:
        self._queue.clear()
        self._grown.clear()
        self._read.clear()
        self._stale.clear()
        self._parted.clear()
        self._work, self._pending, self._reached = None, 0, None
        self._timer.stop()
        self._growth.stop()

    def _slice(self) -> None:
        """Counts for a moment."""
        if self._tally is None:
            return
        until = perf_counter() + SLICE
        self._advance()
        while (self._work is not None or self._queue) and perf_counter() < until:
            if self._count_on(self._tally):
                self._advance()
        if self._work is not None or self._queue:
            self._timer.start()
        self._tell()

    def _count_on(self, tally: Tally) -> bool:
        """One step of counting; returns whether a message is done."""
        if self._work is None:
            message = self._queue.popleft()
            if tally.is_counted(message) and message not in self._stale:
                return False
            self._stale.discard(message)
            self._work = message, self._steps(message, tally.needle)
        message, steps = self._work
        hits = next(steps)
        if hits is None:
            return False
        self._work = None
        tally.put(message, hits)
        return True

    def _steps(self, message: int, needle: Needle) -> Iterator[Hits | None]:
        records = self._canvas.records
        if records.state(message) is MessageState.STREAMING or message in self._parted:
            return self._growing(message, needle)
        return hits_in(needle, records.text(message), literal=records.role(message) is Role.USER)

    def _growing(self, message: int, needle: Needle) -> Iterator[Hits | None]:
        """A running answer is read from what is shown; its blocks that have not changed are known."""
        hits: Hits = []
        above = 0
        for text in self._canvas.widget_of(message).texts:
            length, is_open = text.length, [text.flow.box(number).is_open for number in range(text.flow.box_count)]
            for block, still_comes in zip(list(text.flow.blocks()), is_open, strict=True):
                key = (message, above + block.start, len(block.source))
                if key not in self._read:
                    self._read[key] = block_hits(needle, block, is_open=still_comes)
                    yield None
                hits += [(above + start, count) for start, count in self._read[key]]
            above += length
        yield hits

    def _recount(self) -> None:
        self._queue.extendleft(self._grown)
        self._stale |= self._grown
        self._mark_all()
        self._grown.clear()
        self._slice()

    # -- going from match to match -----------------------------------------------------------------------

    def _advance(self) -> None:
        """Takes the step that waits, if the messages on the way are counted."""
        while self._pending and self._tally is not None:
            match = self._next(self._tally, self._pending)
            if match is None:
                return
            if self._recount_parts(match.message, self._tally):
                continue
            if self._landing.go(match.message, self._tally, match.nth):
                self._current, self._origin = match, match.message
                self._pending = 0
                self._mark_all()

    def _recount_parts(self, message: int, tally: Tally) -> bool:
        """A message whose text is in several places is counted again by these, once: its source does not tell where
        one ends. Returns whether it was."""
        if message in self._parted or len(self._canvas.widget_of(message).texts) < 2:
            return False
        self._parted.add(message)
        *_, hits = self._growing(message, tally.needle)
        tally.put(message, hits or [])
        return True

    def _next(self, tally: Tally, step: int) -> Match | None:
        """The match to go to; None if there is none, or none known yet: then it is counted next."""
        current = self._current
        if current is not None and 0 <= current.nth + step < tally.count(current.message):
            return Match(current.message, current.nth + step)
        start = current.message if current is not None else (self._origin or 0) - step
        if self._reached is not None:
            start = self._reached - step  # nothing is between
        message = tally.next_message(start, forward=step > 0)
        if message is None:
            self._pending, self._current = 0, None
            return None
        if not tally.is_counted(message):
            if self._reached != message:
                self._reached = message
                if self._work is None or self._work[0] != message:
                    self._queue.appendleft(message)
            return None
        return Match(message, 0 if step > 0 else tally.count(message) - 1)

    def _tell(self) -> None:
        tally, current = self._tally, self._current
        now = perf_counter()
        if tally is not None and (tally.is_complete or now - self._told > TOLD):
            self._told = now
            number = tally.before(current.message) + current.nth + 1 if current is not None else 0
            self.found.emit(number, tally.total, tally.is_complete)

    def _mark_all(self) -> None:
        for widget in self._canvas.widgets():
            for text in widget.texts:
                text.mark(Found(self._tally.needle) if self._tally is not None else None)
        if self._tally is not None and self._current is not None:
            self._landing.mark(self._current.message, self._tally, self._current.nth)


def _timer(owner: QObject, milliseconds: int, react: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(react)
    return timer
