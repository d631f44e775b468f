"""Buttons with words, and buttons with an icon."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import GRID, pixmap

ButtonKind = Literal["plain", "primary", "danger", "link", "quiet"]


class Button(QPushButton):
    """A button with words. `primary` is the one thing to do here, `danger` destroys, `link` stands in running text,
    `quiet` is muted text that opens something."""

    def __init__(self, text: str, kind: ButtonKind = "plain", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self.setAccessibleName(text.rstrip("…"))
        self.setAutoDefault(False)
        if kind in ("link", "quiet"):
            self.setCursor(Qt.CursorShape.PointingHandCursor)


class IconButton(QToolButton):
    """An icon in a square of 32 pixels; `label` is its tooltip and its accessible name.

    `framed` draws a line around it, `filled` makes it the primary action.
    """

    SIDE = 32

    def __init__(
        self,
        appearance: Appearance,
        icon_name: str,
        label: str,
        parent: QWidget | None = None,
        *,
        framed: bool = False,
        filled: bool = False,
    ) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icon_name = icon_name
        self._framed = framed
        self._filled = filled
        self._marked = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(label)
        self.setToolTip(label)
        self.setFixedSize(self.SIDE, self.SIDE)
        appearance.changed.connect(self.update)

    def set_marked(self, marked: bool) -> None:
        """Draws the icon in the accent's colour: what it opens has something in it."""
        self._marked = marked
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.SIDE, self.SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_surface(painter)
        image = pixmap(self._icon_name, self._color(), GRID, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - GRID) // 2, (self.height() - GRID) // 2, image)

    def _color(self) -> str:
        theme = self._appearance.theme
        if not self.isEnabled():
            return theme.faint
        if self._filled:
            return theme.on_accent
        if self._marked:
            return theme.accent
        return theme.text if self.underMouse() or self.hasFocus() else theme.muted

    def _paint_surface(self, painter: QPainter) -> None:
        theme = self._appearance.theme
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        fill = QColor(Qt.GlobalColor.transparent)
        if self._filled:
            fill = QColor(theme.accent if self.isEnabled() else theme.line)
        elif self.isDown() or (self.underMouse() and self.isEnabled()):
            fill = QColor(theme.text)
            fill.setAlphaF(0.11 if self.isDown() else 0.06)
        border = QPen(QColor(theme.line) if self._framed else QColor(Qt.GlobalColor.transparent))
        painter.setPen(Qt.PenStyle.NoPen if self._filled else border)
        painter.setBrush(fill)
        radius = 9 if self._filled else 6
        painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if self._filled:
                painter.setPen(QPen(QColor(theme.text), 2))
                box = box.adjusted(0.5, 0.5, -0.5, -0.5)
            else:
                painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRoundedRect(box, radius, radius)
