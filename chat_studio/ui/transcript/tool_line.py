"""The line of a tool's card that is always there."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from chat_studio.ui.icons import GRID, pixmap
from chat_studio.ui.transcript.style import TextStyle

PADDING, RADIUS = 13, 8
LONGEST_SUMMARY = 120
"""Characters that are shown of arguments, before there is no room for them."""


class CardLine(QAbstractButton):
    """The line that is always there: icon, name, arguments in short, state. A click, Space or Enter opens the card."""

    def __init__(self, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toolCardToggle")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._style = style
        self._bold = QFont(style.font)
        self._bold.setPixelSize(max(style.font.pixelSize() - 1, 9))
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._small = QFont(style.font)
        self._small.setPixelSize(max(style.font.pixelSize() - 2, 9))
        self._state = ""
        self._failed = self._open = False
        self.name = self.summary = ""
        self.wanted_height = QFontMetrics(self._bold).height() + 21

    @property
    def is_full(self) -> bool:
        """Whether more arguments would not be seen."""
        return len(self.summary) > LONGEST_SUMMARY

    @property
    def state(self) -> str:
        return self._state

    def show_call(self, name: str, summary: str, state: str, *, failed: bool = False) -> None:
        self.name, self.summary = name, " ".join(summary[: LONGEST_SUMMARY + 1].split("\n"))
        self._state, self._failed = state, failed
        self._tell()

    def show_open(self, is_open: bool) -> None:
        self._open = is_open
        self._tell()

    def _tell(self) -> None:
        shown = "shown" if self._open else "folded"
        self.setAccessibleName(f"Tool {self.name or 'call'}, {self._state}, {shown}")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._style.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        image = pixmap("wrench", theme.text, GRID, self.devicePixelRatioF())
        painter.drawPixmap(PADDING, (self.height() - GRID) // 2, image)
        painter.setFont(self._small)
        painter.setPen(QColor(theme.danger if self._failed else theme.muted))
        right = painter.fontMetrics().horizontalAdvance(self._state)
        room = QRect(PADDING + GRID + 10, 0, self.width() - 2 * PADDING - GRID - 10, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._state)
        room.setRight(room.right() - right - 16)
        painter.setFont(self._bold)
        painter.setPen(QColor(theme.text))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(self.name or "Tool call", Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        room.setLeft(room.left() + metrics.horizontalAdvance(name) + 8)
        self._paint_summary(painter, room)

    def _paint_summary(self, painter: QPainter, room: QRect) -> None:
        metrics = QFontMetrics(self._style.mono)
        shown = metrics.elidedText(self.summary, Qt.TextElideMode.ElideRight, room.width() - 12)
        if not shown:
            return
        height = metrics.height() + 4
        box = QRectF(room.left(), (self.height() - height) / 2, metrics.horizontalAdvance(shown) + 10, height)
        painter.setPen(QPen(QColor(self._style.theme.line), 1))
        painter.setBrush(QColor(self._style.theme.code))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(self._style.mono)
        painter.setPen(QColor(self._style.theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
