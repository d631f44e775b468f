"""The button that brings a transcript back to its end, and tells what came there meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import GRID, pixmap
from chat_studio.ui.widgets.buttons import IconButton

ABOVE_EDGE = 12
PADDING, GAP = 8, 2
DOT = 7.0
MOST = 99
"""A higher number is shown as “99+”."""
LABEL = "Jump to the latest message"


class LatestButton(IconButton):
    """A disc that floats above the lower edge of its parent while it is offered: a pill with the number of messages
    that came, or went on, since the reader left the end. A dot says that an answer is still coming."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(appearance, "chevron-down", LABEL, parent)
        self.setObjectName("latestButton")
        self._over = parent
        self._news: set[str] = set()
        self._is_live = False
        self._refresh_font()
        appearance.changed.connect(self._refresh_font)
        self.hide()

    @property
    def count(self) -> int:
        """Messages with something new."""
        return len(self._news)

    def note(self, message_id: str) -> None:
        """A message came, or went on, while the reader was elsewhere."""
        if message_id not in self._news:
            self._news.add(message_id)
            self._show_news()

    def offer(self, wanted: bool, *, is_live: bool = False) -> None:
        """Shows or hides the button; what is new is read when it goes. `is_live`: an answer is coming."""
        if not wanted:
            self._news.clear()
        if is_live != self._is_live or not wanted:
            self._is_live = is_live
            self._show_news()
        self._place()
        self.setVisible(wanted)

    def _refresh_font(self) -> None:
        self.setFont(self._appearance.small_font())

    def _show_news(self) -> None:
        name = LABEL
        if self.count:
            name += f", {self.count} new" if self.count > 1 else ", 1 new"
        if self._is_live:
            name += ", an answer is coming"
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.setToolTip(f"{name} (End)")
            self._place()
            self.update()

    def _place(self) -> None:
        more = (QFontMetricsF(self.font()).horizontalAdvance(self._number) + GAP) if self.count else 0
        more += DOT + GAP + 1 if self._is_live else 0
        width = self.SIDE if not more else round(2 * PADDING + GRID + more + GAP)
        self.setFixedSize(width, self.SIDE)
        self.move((self._over.width() - width) // 2, self._over.height() - self.SIDE - ABOVE_EDGE)

    @property
    def _number(self) -> str:
        return f"{MOST}+" if self.count > MOST else str(self.count)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.line), 1))
        painter.setBrush(QColor(theme.panel if self.underMouse() else theme.bg))
        radius = self.SIDE / 2 - 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        x = (self.width() - GRID) / 2 if self.width() == self.SIDE else PADDING
        middle = self.SIDE / 2
        color = theme.text if self.underMouse() or self.hasFocus() else theme.muted
        painter.drawPixmap(QPointF(x, middle - GRID / 2), pixmap("chevron-down", color, GRID, self.devicePixelRatioF()))
        x += GRID + GAP
        if self.count:
            painter.setPen(QColor(theme.text))
            width = QFontMetricsF(self.font()).horizontalAdvance(self._number)
            painter.drawText(QRectF(x, 0, width + 1, self.SIDE), Qt.AlignmentFlag.AlignVCenter, self._number)
            x += width + GAP + 1
        if self._is_live:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(QRectF(x + GAP, middle - DOT / 2, DOT, DOT))
