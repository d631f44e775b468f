"""A day in one window: many answers over many conversations, and the memory that is left of them.

`python -m bench.long_day --home DIR --conversations N --answers M` asks in the real window, the first N questions in
conversations of their own, then always in the one that rested longest; it prints a line of JSON after N and M answers.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QListView, QPlainTextEdit, QWidget

from bench.figures import Figure
from bench.first_paint import when_ready
from bench.homes import with_connection
from bench.processes import memory
from bench.running import program, told
from bench.streaming import model_server
from chat_studio.paths import Paths

STARTING, LOOKING = 3000, 20
"""Milliseconds until everything that follows the first painting is done, and between two looks at the window."""


def long_day(env: Mapping[str, str], conversations: int, answers: int, tokens: int) -> list[Figure]:
    """Memory after so many answers in as many conversations, and after all answers."""
    with model_server() as (_, port), tempfile.TemporaryDirectory() as home:
        with_connection(Path(home), port)
        counts = ("--conversations", str(conversations), "--answers", str(answers), "--tokens", str(tokens))
        with program("bench.long_day", "--home", home, *counts, env=env) as window:
            before, after = float(told(window)["memory"]), float(told(window)["memory"])
    return [
        Figure(f"memory after {conversations} answers of {tokens:,} tokens", "MB", [before]),
        Figure(f"memory after {answers} answers in {conversations} conversations", "MB", [after]),
        Figure("the same against the first", "×", [after / before], bound=1.2),
    ]


class Worker(QObject):
    """Asks, waits until the answer has come, and goes to the next conversation."""

    def __init__(self, window: QWidget, conversations: int, answers: int, tokens: int) -> None:
        super().__init__(window)
        self._window = window
        self._conversations = conversations
        self._answers = answers
        self._question = f"tokens={tokens} rate=0 quiet=1"
        self._done = 0
        QTimer.singleShot(STARTING, self._ask)

    def _ask(self) -> None:
        composer = self._window.findChild(QPlainTextEdit, "composer")
        composer.setPlainText(self._question)
        self._click("sendButton")
        QTimer.singleShot(LOOKING, self._wait_for_start)

    def _wait_for_start(self) -> None:
        self._look(self._runs, self._wait_for_end)

    def _wait_for_end(self) -> None:
        self._look(lambda: not self._runs(), self._go_on)

    def _go_on(self) -> None:
        self._done += 1
        if self._done in (self._conversations, self._answers):
            gc.collect()
            print(json.dumps({"memory": memory(os.getpid())}), flush=True)
        if self._done == self._answers:
            return
        if self._done < self._conversations:
            self._click("newConversationButton")
        else:
            self._open_the_oldest()
        QTimer.singleShot(5 * LOOKING, self._ask)

    def _open_the_oldest(self) -> None:
        rows = self._window.findChild(QListView, "conversationList")
        rows.setCurrentIndex(rows.model().index(rows.model().rowCount() - 1, 0))

    def _runs(self) -> bool:
        stop = self._window.findChild(QWidget, "stopButton")
        return bool(stop.isVisible())

    def _look(self, condition: Callable[[], bool], then: Callable[[], None]) -> None:
        if condition():
            then()
        else:
            QTimer.singleShot(LOOKING, lambda: self._look(condition, then))

    def _click(self, name: str) -> None:
        self._window.findChild(QObject, name).click()  # type: ignore[attr-defined]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", required=True)
    for name in ("--conversations", "--answers", "--tokens"):
        parser.add_argument(name, type=int, required=True)
    options = parser.parse_args()

    from chat_studio.ui import app
    from chat_studio.ui.window import MainWindow

    when_ready(MainWindow, lambda window: Worker(window, options.conversations, options.answers, options.tokens))
    return app.main(Paths.find(options.home))


if __name__ == "__main__":
    sys.exit(main())
