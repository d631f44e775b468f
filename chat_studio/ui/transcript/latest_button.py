"""The button that brings a transcript back to its end."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.buttons import IconButton

ABOVE_EDGE = 12


class LatestButton(IconButton):
    """A disc that floats above the lower edge of its parent while it is offered."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(appearance, "chevron-down", "Jump to the latest message", parent)
        self.setObjectName("latestButton")
        self._over = parent
        self.hide()

    def offer(self, wanted: bool) -> None:
        x, y = (self._over.width() - self.SIDE) // 2, self._over.height() - self.SIDE - ABOVE_EDGE
        self.move(x, y)
        self.setVisible(wanted)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.bg))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
        super().paintEvent(event)
