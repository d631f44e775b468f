"""A quiet line that names what a list shows, and opens a menu of what else it can show."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import pixmap

HEIGHT = 28
_CHEVRON = 12
_INSET = 8


class ScopeButton(QAbstractButton):
    """As wide as it gets; the name ends in “…” where there is no room."""

    def __init__(self, appearance: Appearance, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._label = label
        self._narrowed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_name(self, name: str, *, narrowed: bool) -> None:
        """`narrowed`: this is a part of what there is."""
        self._narrowed = narrowed
        self.setText(name)
        self.setToolTip(name)
        self.setAccessibleName(f"{self._label}: {name}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(96, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse() or self.hasFocus():
            hover = QColor(theme.text)
            hover.setAlphaF(0.045)
            painter.setBrush(hover)
            painter.setPen(QPen(QColor(theme.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, 6, 6)
        color = theme.accent if self._narrowed else theme.muted
        font = self._appearance.small_font()
        painter.setFont(font)
        painter.setPen(QColor(color))
        room = self.rect().adjusted(_INSET, 0, -_INSET - _CHEVRON - 4, 0)
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        x = min(room.left() + painter.fontMetrics().horizontalAdvance(name) + 6, self.width() - _INSET - _CHEVRON)
        chevron = pixmap("chevron-down", color, _CHEVRON, self.devicePixelRatioF())
        painter.drawPixmap(x, (self.height() - _CHEVRON) // 2, chevron)
