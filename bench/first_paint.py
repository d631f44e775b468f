"""Tells when a window has been painted for the first time, and takes typing."""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

EVERY = 1
"""Milliseconds between two looks at the focus, after the first painting."""


def report_first_paint(window_class: type[QWidget]) -> None:
    """Prints a line of JSON with the processor seconds used until the window was painted and a field had the focus."""
    paint = window_class.paintEvent
    painted = False

    def first_paint(window: QWidget, event: QPaintEvent) -> None:
        nonlocal painted
        paint(window, event)
        if not painted:
            painted = True
            QTimer.singleShot(0, tell)

    def tell() -> None:
        focused = QApplication.focusWidget()
        if focused is None:
            QTimer.singleShot(EVERY, tell)
            return
        print(json.dumps({"cpu": time.process_time(), "focus": focused.objectName()}), flush=True)

    window_class.paintEvent = first_paint  # type: ignore[method-assign]
    sys.stdout.flush()
