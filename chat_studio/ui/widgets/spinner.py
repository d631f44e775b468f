"""The ring that turns while something runs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimerEvent
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.theme import Theme

FRAME_MS = 160
STEPS = 8


def paint_spinner(painter: QPainter, box: QRectF, theme: Theme, step: int) -> None:
    """A ring of 1.7 pixels in `box`, a quarter of it bright; `step` from 0 to STEPS - 1 says where."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(theme.line), 1.7)
    painter.setPen(pen)
    painter.drawEllipse(box)
    pen.setColor(QColor(theme.accent))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawArc(box, (90 - step * 360 // STEPS) * 16, -100 * 16)
    painter.restore()


class Spinner(QWidget):
    """Turns while it is visible, and needs no timer while it is not."""

    def __init__(self, appearance: Appearance, label: str = "Working", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._step = 0
        self._timer = 0
        self.setFixedSize(16, 16)
        self.setAccessibleName(label)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer = self._timer or self.startTimer(FRAME_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._timer:
            self.killTimer(self._timer)
            self._timer = 0

    def timerEvent(self, event: QTimerEvent) -> None:
        del event
        self._step = (self._step + 1) % STEPS
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        paint_spinner(QPainter(self), QRectF(self.rect()).adjusted(2, 2, -2, -2), self._appearance.theme, self._step)
