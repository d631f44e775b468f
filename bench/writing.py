"""The program under measurement, with someone who writes into it.

`python -m bench.writing --home DIR [--ask QUESTION]… --keys N` asks each question in a conversation of its own, prints
a line of JSON when all answers come, and one more when N characters stand in the composer: the times at which each was
painted. With `--paste` instead it pastes twenty thousand lines, puts them inline, and prints how long each took.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from bench.first_paint import when_ready
from bench.studio import Asker, Notes
from chat_studio.paths import Paths

LINES = "\n".join(f"2026-11-21 12:00:{number % 60:02} worker {number} took a job" for number in range(20_000))
_SETTLE = 3000
"""Milliseconds until everything that follows the first painting is done."""


on_painted: list[Callable[[], None]] = []
"""Called when a field for text has been painted."""


def watch_painting() -> None:
    """Must come before the first field is made: Qt asks each only once whether it paints by itself."""
    from chat_studio.ui.composing.question_edit import QuestionEdit

    paint = QuestionEdit.paintEvent

    def painted(edit: QuestionEdit, event: Any) -> None:
        paint(edit, event)
        for react in on_painted:
            react()

    QuestionEdit.paintEvent = painted  # type: ignore[method-assign]


class Echo:
    """Notes when the composer was painted with how many characters."""

    def __init__(self, window: Any, keys: int) -> None:
        self._keys = keys
        self._times: list[float] = []
        self._edit = window.composer.edit
        self.begun = False
        on_painted.append(self._note)

    def _note(self) -> None:
        if not self.begun:
            return
        length = self._edit.document().characterCount() - 1
        new = length - len(self._times)
        self._times += [time.time()] * new
        if new and length >= self._keys:
            print(json.dumps(self._times), flush=True)


def write(window: Any, questions: list[str], keys: int) -> None:
    """Asks everything, then tells that keys may come."""
    echo = Echo(window, keys)
    asker = Asker(window, list(questions), Notes(), at_once=True)

    def look() -> None:
        running = window.findChild(QObject, "stopButton").isVisible()
        if asker.left or not running or window.composer.text:
            QTimer.singleShot(100, look)
            return
        window.activateWindow()
        window.composer.setFocus()
        echo.begun = True
        middle = window.findChild(QWidget, "transcript")
        place = middle.mapToGlobal(middle.rect().center())
        print(json.dumps({"x": place.x(), "y": place.y()}), flush=True)

    QTimer.singleShot(_SETTLE + 500, look)


def paste(window: Any) -> None:
    """Pastes, and puts what was pasted inline; a painting afterwards ends either."""
    from chat_studio.ui.composing import chip

    edit = window.composer.edit
    began = 0.0
    took: list[float] = []

    paint = chip._Picture.paintEvent

    def chip_painted(picture: Any, event: Any) -> None:
        paint(picture, event)
        note(len(took) == 0)

    def note(is_done: bool) -> None:
        if is_done and began:
            took.append(time.perf_counter() - began)
            QTimer.singleShot(500, step)

    chip._Picture.paintEvent = chip_painted  # type: ignore[method-assign]
    on_painted.append(lambda: note(len(took) == 1 and edit.document().blockCount() > 10_000))

    def step() -> None:
        nonlocal began
        began = time.perf_counter()
        if not took:
            edit.paste()
        elif len(took) == 1:
            window.findChild(QPushButton, "inlineAttachment").click()
        else:
            print(json.dumps(took), flush=True)

    QApplication.clipboard().setText(LINES)
    QTimer.singleShot(_SETTLE, step)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", required=True)
    parser.add_argument("--ask", action="append", default=[])
    parser.add_argument("--keys", type=int, default=0)
    parser.add_argument("--paste", action="store_true")
    options = parser.parse_args()

    from chat_studio.ui import app
    from chat_studio.ui.window import MainWindow

    watch_painting()
    when_ready(MainWindow, lambda window: paste(window) if options.paste else write(window, options.ask, options.keys))
    return app.main(Paths.find(options.home))


if __name__ == "__main__":
    sys.exit(main())
