"""The program under measurement: the real one, with someone who asks questions and notes times.

`python -m bench.studio --home DIR [--ask QUESTION]… [--at-once] [--heartbeat]` prints a line of JSON once the window
takes typing, and with questions one more for each answer; `--at-once` asks each in a conversation of its own without
waiting, and tells once, when the last has been answered. It stays open until it is killed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from bench.first_paint import tell_cpu, when_ready
from bench.words import LAST
from chat_studio.paths import Paths

BETWEEN = 100
"""Milliseconds between two things that a quick person does."""

LOOKING = 250
"""Milliseconds between two looks whether the answer has come: they count as the program's work."""

HEARTBEAT = 0.002
"""Seconds; a beat that comes later than this was held up by that much."""


class Notes:
    """What is noted while one answer comes."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.tokens = 0
        self.asked = time.perf_counter()
        self.cpu: list[tuple[int, float]] = []
        self.first_painted: float | None = None
        self.last_arrived = False
        self.last_painted: float | None = None
        self.beats = 0
        self.held_up: list[float] = []

    def as_json(self) -> str:
        return json.dumps(self.__dict__)


def observe(notes: Notes, every: int) -> None:
    """Counts tokens and notes the CPU time where an answer takes events, and the times where it is painted."""
    from chat_studio.events import Event, TextDelta
    from chat_studio.ui.transcript.answer import AnswerWidget
    from chat_studio.ui.transcript.surface import FlowSurface

    apply, paint = AnswerWidget.apply, FlowSurface.paintEvent

    def applied(widget: AnswerWidget, events: Sequence[Event]) -> None:
        apply(widget, events)
        before = notes.tokens // every
        texts = [event.text for event in events if isinstance(event, TextDelta)]
        notes.tokens += len(texts)
        if texts and (notes.tokens // every != before or not notes.cpu):
            notes.cpu.append((notes.tokens, time.process_time()))
        notes.last_arrived = notes.last_arrived or any(LAST in text for text in texts)

    def painted(surface: FlowSurface, event: Any) -> None:
        paint(surface, event)
        if notes.first_painted is None and notes.tokens:
            notes.first_painted = time.perf_counter()
        if notes.last_painted is None and notes.last_arrived:
            notes.last_painted = time.time()

    AnswerWidget.apply = applied  # type: ignore[method-assign]
    FlowSurface.paintEvent = painted  # type: ignore[method-assign]


class Asker(QObject):
    """Types questions into the window, one after the other, or `at_once` into a conversation of their own each."""

    def __init__(self, window: QWidget, questions: list[str], notes: Notes, *, at_once: bool) -> None:
        super().__init__(window)
        self._at_once = at_once
        self._window = window
        self._questions = questions
        self._notes = notes
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        self._timer.start(3000)  # until everything that follows the first painting is done

    @property
    def left(self) -> int:
        """How many questions are still to be asked."""
        return len(self._questions)

    def _ask(self) -> None:
        if not self._questions:
            return
        if not (self._at_once and self._notes.cpu):
            self._notes.clear()
        composer = self._window.findChild(QPlainTextEdit, "composer")
        composer.setPlainText(self._questions.pop(0))
        self._notes.asked = time.perf_counter()
        self._notes.cpu.append((0, time.process_time()))
        self._click("sendButton")
        if self._at_once and self._questions:
            QTimer.singleShot(BETWEEN, self._ask_elsewhere)
            return
        self._wait()

    def _ask_elsewhere(self) -> None:
        self._click("newConversationButton")
        QTimer.singleShot(BETWEEN, self._ask)

    def _click(self, name: str) -> None:
        self._window.findChild(QObject, name).click()  # type: ignore[attr-defined]

    def _wait(self) -> None:
        if self._notes.last_painted is None:
            QTimer.singleShot(LOOKING, self._wait)
            return
        QTimer.singleShot(500, self._tell)

    def _tell(self) -> None:
        self._notes.cpu.append((self._notes.tokens, time.process_time()))
        print(self._notes.as_json(), flush=True)
        self._timer.start(200)


def beat(parent: QObject, notes: Notes) -> None:
    """Notes how long the event loop is held up, whenever that is longer than 5 ms."""
    timer = QTimer(parent)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        notes.beats += 1
        if now - last - HEARTBEAT > 0.005:
            notes.held_up.append(now - last - HEARTBEAT)
        last = now

    timer.timeout.connect(tick)
    timer.start(round(HEARTBEAT * 1000))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", required=True)
    parser.add_argument("--ask", action="append", default=[])
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--heartbeat", action="store_true")
    parser.add_argument("--at-once", action="store_true")
    options = parser.parse_args()

    from chat_studio.ui import app
    from chat_studio.ui.window import MainWindow

    steps: list[Callable[[QWidget], object]] = [tell_cpu]
    if options.ask:
        notes = Notes()
        steps.append(lambda _: observe(notes, options.every))
        steps.append(lambda window: Asker(window, options.ask, notes, at_once=options.at_once))
        if options.heartbeat:
            steps.append(lambda window: beat(window, notes))
    when_ready(MainWindow, lambda window: [step(window) for step in steps])
    return app.main(Paths.find(options.home))


if __name__ == "__main__":
    sys.exit(main())
