"""asyncio's callbacks, timers and sockets on Qt's event loop, with few wake-ups.

A Qt timer for each callback, and a notifier for each read of a socket, cost more than what they call; and the time-out
of a read, which is cancelled as a rule, would keep its timer for minutes.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import time
from collections import deque

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimerEvent

SLICE = 0.004
"""Seconds for which callbacks run, and what they call next, before Qt's own events have their turn."""
LONGEST = 2**31 - 1
"""Milliseconds that a Qt timer can wait; it is set again then."""
MOST_CANCELLED = 100
"""Timers that may wait although they were cancelled; all are dropped then, if they are the most."""


class Callbacks(QObject):
    """Runs callbacks in the order in which they came, and timers when they are due, by `time.monotonic`."""

    def __init__(self) -> None:
        super().__init__()
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[asyncio.TimerHandle] = []  # a heap
        self._cancelled = 0  # of the timers, at most
        self._soon = 0  # Qt's number of the timer that runs what is ready; 0 for none
        self._later = 0  # likewise of the one that waits for the first of the timers
        self._due = math.inf  # when that one ends
        self._stopped = False

    @property
    def waiting(self) -> int:
        """How many timers wait, cancelled ones among them."""
        return len(self._timers)

    def add(self, handle: asyncio.Handle) -> None:
        if not self._stopped:
            self._ready.append(handle)
            self._soon = self._soon or self.startTimer(0)

    def add_timer(self, handle: asyncio.TimerHandle) -> None:
        if self._stopped:
            return
        heapq.heappush(self._timers, handle)
        handle._scheduled = True  # type: ignore[attr-defined] # the handle tells its loop then that it was cancelled
        if handle.when() < self._due:
            self._wait()

    def note_cancelled(self) -> None:
        """One of the timers was cancelled."""
        self._cancelled += 1
        if self._cancelled > max(MOST_CANCELLED, len(self._timers) / 2):
            self._timers = [handle for handle in self._timers if not handle.cancelled()]
            heapq.heapify(self._timers)
            self._cancelled = 0

    def stop(self) -> None:
        """Runs nothing any more, neither what waits nor what comes."""
        self._stopped = True
        for timer in filter(None, (self._soon, self._later)):
            self.killTimer(timer)
        self._soon = self._later = 0
        self._ready.clear()
        self._timers.clear()

    def timerEvent(self, event: QTimerEvent) -> None:
        if event.timerId() == self._later:
            self._take_due()
        self._run()

    def _run(self) -> None:
        """Ends when nothing is ready, or after a slice; what a callback adds is run as well."""
        until = time.monotonic() + SLICE
        ready = self._ready
        while ready:
            handle = ready.popleft()
            if not handle.cancelled():
                handle._run()
            if time.monotonic() > until:
                break
        if not ready and self._soon:
            self.killTimer(self._soon)
            self._soon = 0
        elif ready and not self._soon:
            self._soon = self.startTimer(0)

    def _take_due(self) -> None:
        now = time.monotonic()
        while self._timers and (self._timers[0].cancelled() or self._timers[0].when() <= now):
            handle = heapq.heappop(self._timers)
            handle._scheduled = False  # type: ignore[attr-defined]
            if not handle.cancelled():
                self._ready.append(handle)
            elif self._cancelled:
                self._cancelled -= 1
        self._wait()

    def _wait(self) -> None:
        """Sets the timer for the first of the timers; the one that was set before is too late, or has ended."""
        if self._later:
            self.killTimer(self._later)
            self._later, self._due = 0, math.inf
        if self._timers:
            self._due = self._timers[0].when()
            left = min(1000 * (self._due - time.monotonic()), LONGEST)
            self._later = self.startTimer(math.ceil(max(left, 0)), Qt.TimerType.PreciseTimer)


class SocketReader:
    """Calls back whenever something can be read from a file descriptor, until it is paused."""

    def __init__(self, descriptor: int) -> None:
        self._handle: asyncio.Handle | None = None
        self._notifier = QSocketNotifier(descriptor, QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)

    def listen(self, handle: asyncio.Handle) -> None:
        self._handle = handle
        self._notifier.setEnabled(True)

    def pause(self) -> bool:
        """Returns whether it listened."""
        listened, self._handle = self._handle is not None, None
        self._notifier.setEnabled(False)
        return listened

    def _read(self) -> None:
        if self._handle is not None:  # paused by what was read just before
            self._handle._run()
