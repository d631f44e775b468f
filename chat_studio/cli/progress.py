"""A line on standard error that tells how far long work has come, on a terminal only."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from chat_studio.exchange.progress import Progress

_WIDTH = 24


class ProgressLine:
    """Is called with the progress; the line goes away at the end."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._shown = ""

    def __call__(self, progress: Progress) -> None:
        filled = round(progress.fraction * _WIDTH)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        self._show(f"{self._label} {bar} {progress.fraction:4.0%}  {progress.conversations} conversations")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._show("")

    def _show(self, text: str) -> None:
        if sys.stderr is None or not sys.stderr.isatty() or text == self._shown:
            return
        sys.stderr.write("\r" + text + " " * max(0, len(self._shown) - len(text)) + ("" if text else "\r"))
        sys.stderr.flush()
        self._shown = text
