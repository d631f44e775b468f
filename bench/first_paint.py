"""Tells when a window has been painted for the first time, and takes typing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

EVERY = 1
"""Milliseconds between two looks at the focus, after the first painting."""


def when_ready(window_class: type[QWidget], then: Callable[[QWidget], None]) -> None:
    """Calls `then` once a window of the class has been painted and knows which of its fields is typed into."""
    paint = window_class.paintEvent
    painted = False

    def first_paint(window: QWidget, event: QPaintEvent) -> None:
        nonlocal painted
        paint(window, event)
        if not painted:
            painted = True
            QTimer.singleShot(0, lambda: look(window))

    def look(window: QWidget) -> None:
        if window.focusWidget() is None:
            QTimer.singleShot(EVERY, lambda: look(window))
        else:
            then(window)

    window_class.paintEvent = first_paint  # type: ignore[method-assign]


def tell_cpu(window: QWidget) -> None:
    """Prints the processor seconds that the process has used so far, as a line of JSON."""
    print(json.dumps({"cpu": time.process_time(), "window": window.windowTitle()}), flush=True)
