"""Scrolling sideways within a box that is wider than the column, under a thin bar that lies over its foot."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from chat_studio.ui.theme import Theme

THICKNESS, GRAB = 4.0, 12.0
"""Pixels: how high the bar is painted, and how high it is for the pointer."""
SHORTEST = 32.0
"""Pixels of the bar's thumb, so that it can be taken hold of."""


class Sideways:
    """How far something wide is scrolled. Boxes that belong together share one. All in pixels."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._content = 0.0
        self._view = 0.0

    def fit(self, content: float, view: float) -> None:
        """Takes the widths of what is shown and of the room it is shown in."""
        self._content, self._view = content, view
        self.offset = min(self.offset, self.farthest)

    @property
    def farthest(self) -> float:
        return max(self._content - self._view, 0.0)

    def scroll_to(self, offset: float) -> bool:
        """Returns whether anything moved."""
        bounded = min(max(offset, 0.0), self.farthest)
        moved = bounded != self.offset
        self.offset = bounded
        return moved

    def reveal(self, left: float, right: float) -> bool:
        """Scrolls as little as it takes to show a span of the content; returns whether anything moved."""
        if left < self.offset:
            return self.scroll_to(left)
        return self.scroll_to(right - self._view) if right > self.offset + self._view else False

    def thumb(self, foot: float) -> QRectF:
        """The bar's thumb in a view that ends at y `foot`; empty where nothing needs to be scrolled."""
        if not self.farthest:
            return QRectF()
        length = max(self._view * self._view / self._content, SHORTEST)
        left = (self._view - length) * self.offset / self.farthest
        return QRectF(left, foot - THICKNESS - 2, length, THICKNESS)

    def grabs(self, x: float, y: float, foot: float) -> bool:
        """Whether a point lies on the bar, which is easier to hit than to see."""
        return self.farthest > 0 and 0 <= x <= self._view and foot - GRAB <= y <= foot

    def drag(self, by: float) -> bool:
        """Moves the thumb; returns whether anything moved."""
        room = self._view - self.thumb(0).width()
        return room > 0 and self.scroll_to(self.offset + by * self.farthest / room)

    def paint(self, painter: QPainter, foot: float, theme: Theme, *, strong: bool) -> None:
        color = QColor(theme.faint)
        color.setAlphaF(0.9 if strong else 0.45)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(self.thumb(foot), THICKNESS / 2, THICKNESS / 2)
