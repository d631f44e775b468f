"""The transcript under measurement, alone in a visible window: `python -m bench.reader SCENARIO` prints a line of JSON.

A process of its own for each scenario, so that nothing is warm that would not be warm for a user. Costs are processor
time of the process, painting included: others that use the machine do not count.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication, QMainWindow

from bench.processes import memory_of_this
from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageState
from chat_studio.history.rows import StoredMessage
from chat_studio.messages import Role
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.view import Transcript

ANSWER = Path(__file__).with_name("answer.md").read_text(encoding="utf-8")
MESSAGES = 10_000
MEGABYTE = 1_000_000
RANDOM = random.Random(1)  # noqa: S311 - the same places each time


class Window(QMainWindow):
    """Shows a transcript, and tells what a step in it costs."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self._app = app
        self.appearance = Appearance(app, "light")
        self.transcript = Transcript(self.appearance)
        self.setCentralWidget(self.transcript)
        self.resize(1240, 800)
        self.show()
        self.transcript.show_records(short_conversation())  # parser and lexers are loaded by now in the program
        self.rest()

    def cost(self, step: Callable[[], object]) -> float:
        """Processor seconds until what a step changed is on the screen, and what it gave up is deleted."""
        before = time.process_time()
        step()
        self._turn()
        return time.process_time() - before

    def _turn(self) -> None:
        """One turn of the event loop: outside of `exec`, Qt does not delete what waits for it."""
        self._app.processEvents()
        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def rest(self, seconds: float = 0.3) -> None:
        """Lets everything finish that waits for a quiet moment."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self._turn()
            time.sleep(0.001)

    def go_to(self, share: float) -> None:
        """Moves the thumb."""
        bar = self.transcript.verticalScrollBar()
        bar.setValue(round(share * bar.maximum()))

    def wheel(self, notches: int) -> None:
        viewport = self.transcript.viewport()
        middle = QPointF(viewport.rect().center())
        event = QWheelEvent(
            middle,
            viewport.mapToGlobal(middle),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        self._app.sendEvent(viewport, event)


def long_conversation() -> Branch:
    """10,000 messages of 5 MB, as they come from the database: questions of a line or two, answers of Markdown."""
    paragraphs = ANSWER.strip().split("\n\n")
    answers = count()
    entries: list[StoredMessage] = []
    for number in range(MESSAGES):
        is_answer = number % 2 == 1
        text = f"Question {number}: " + "what becomes of the bytes between two reads? " * (1 + number % 3)
        if is_answer:
            first = next(answers) % len(paragraphs)
            text = f"Answer {number}.\n\n" + "\n\n".join((paragraphs * 2)[first : first + 3])
        entries.append(stored(str(number), Role.ASSISTANT if is_answer else Role.USER, text))
    return Branch(entries)


def stored(message_id: str, role: Role, text: str) -> StoredMessage:
    fields: dict[str, Any] = dict.fromkeys(StoredMessage._fields)
    fields |= {"id": message_id, "conversation_id": "long", "role": role.value, "parts": "", "text": text}
    fields |= {"created_at": "2025-06-01T12:00:00.000000+00:00", "state": MessageState.DONE.value}
    fields |= {"connection_id": "bench", "connection_name": "Bench", "model": "bench"}
    return StoredMessage(**fields)


def short_conversation() -> Branch:
    return Branch([stored("s1", Role.USER, "Why?"), stored("s2", Role.ASSISTANT, ANSWER)])


def open_long(window: Window) -> dict[str, list[float]]:
    """Opening the long conversation, and coming back to it from another."""
    gc.collect()
    before = memory_of_this()
    conversation = long_conversation()
    opening = window.cost(lambda: window.transcript.show_records(conversation))
    window.rest()
    gc.collect()
    grown = memory_of_this() - before
    switching = []
    for _ in range(20):
        window.transcript.jump_to(str(RANDOM.randrange(MESSAGES)))
        place = window.transcript.place()
        window.cost(lambda: window.transcript.show_records(short_conversation()))
        window.rest(0.05)
        switching.append(window.cost(lambda place=place: window.transcript.show_records(conversation, place)))
        window.rest(0.05)
    return {"opening": [opening], "memory": [grown], "switching": switching}


def scroll(window: Window, pages: int) -> dict[str, list[float]]:
    """All of the long conversation from its end to its beginning, then the wheel, then the thumb."""
    window.transcript.show_records(long_conversation())
    window.rest()
    bar = window.transcript.verticalScrollBar()
    frames = {"pages": [], "wheel": [], "thumb": []}
    while bar.value() > 0 and len(frames["pages"]) < pages:
        frames["pages"].append(window.cost(lambda: bar.triggerAction(QAbstractSlider.SliderAction.SliderPageStepSub)))
    window.transcript.jump_to(str(MESSAGES // 2))
    for number in range(600):
        frames["wheel"].append(window.cost(lambda number=number: window.wheel(1 if number % 200 < 150 else -1)))
        window.rest(0.002)
    for _ in range(300):
        frames["thumb"].append(window.cost(lambda: bar.setValue(RANDOM.randrange(bar.maximum()))))
        window.rest(0.002)
    return frames


def resize(window: Window) -> dict[str, list[float]]:
    """Other widths of the window, the column and the text, in the middle of the long conversation."""
    transcript = window.transcript
    transcript.show_records(long_conversation())
    transcript.jump_to(str(MESSAGES // 2))
    window.rest()
    windows, columns, sizes = [], [], []
    for width in range(700, 1200, 20):
        windows.append(window.cost(lambda width=width: window.resize(width, 800)))
        window.rest(0.05)
    for width in range(640, 1200, 40):
        columns.append(window.cost(lambda width=width: transcript.set_column_width(width)))
        window.rest(0.05)
    for size in (11, 14, 18, 24, 14):
        sizes.append(window.cost(lambda size=size: window.appearance.choose("light", size)))
        window.rest(0.05)
    return {"width of the window": windows, "width of the column": columns, "size of the text": sizes}


HUGE: dict[str, Callable[[], str]] = {
    "Markdown": lambda: ANSWER * (MEGABYTE // len(ANSWER)),
    "one line of words": lambda: "some words of a line that never ends " * (MEGABYTE // 37),
    "one line without spaces": lambda: "x" * MEGABYTE,
    "base64 in code": lambda: "```\n" + "QUJDREVGRw" * (MEGABYTE // 10) + "\n```",
    "lines of code": lambda: "```python\n" + "value = function(argument)  # why\n" * (MEGABYTE // 34) + "```",
    "a paragraph of lines": lambda: "a line of a log that goes on and on\n" * (MEGABYTE // 36),
    "one item": lambda: "- an item\n" + "  - with another in it\n" * (MEGABYTE // 23),
    "one quote": lambda: "> words that somebody said\n" * (MEGABYTE // 27),
    "a table of 10 MB": lambda: "| a | b |\n|---|---|\n" + "| some cell | another cell |\n" * (10 * MEGABYTE // 29),
    "deep nesting": lambda: "".join(f"{'  ' * (level % 2000)}- level {level}\n" for level in range(2000)),
    "deep quotes": lambda: ">" * 10_000 + " deep\n" + "[" * 10_000,
}


def huge_message(window: Window) -> dict[str, list[float]]:
    """A message of a megabyte in each of several shapes: opening it, and the dearest step of scrolling in it."""
    costs: dict[str, list[float]] = {}
    for name, text in HUGE.items():
        branch = Branch([stored("h1", Role.USER, "Why?"), stored(f"h2 {name}", Role.ASSISTANT, text())])
        opening = window.cost(lambda branch=branch: window.transcript.show_records(branch))
        jumps = [window.cost(lambda share=share: window.go_to(share)) for share in (0.5, 0.1, 0.9, 0)]
        costs[name] = [opening, max(jumps)]
        window.transcript.show_records(Branch())
        window.rest(0.05)
    return costs


def main() -> int:
    parser = argparse.ArgumentParser()
    scenarios: dict[str, Callable[[Window], dict[str, list[float]]]] = {
        "open-long": open_long,
        "scroll": lambda window: scroll(window, options.pages),
        "resize": resize,
        "huge-message": huge_message,
    }
    parser.add_argument("scenario", choices=scenarios)
    parser.add_argument("--pages", type=int, default=sys.maxsize)
    options = parser.parse_args()
    app = QApplication([])
    gc.disable()
    print(json.dumps(scenarios[options.scenario](Window(app))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
