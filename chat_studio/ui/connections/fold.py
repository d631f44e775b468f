"""A line of text that opens and closes what is below it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import pixmap

_CHEVRON = 12
_GAP = 6


class Fold(QAbstractButton):
    """Checked means open; `toggled` tells. Its height is that of the other controls."""

    def __init__(self, appearance: Appearance, label: str) -> None:
        super().__init__()
        self._appearance = appearance
        self.setAccessibleName(label)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_CHEVRON + _GAP + self.fontMetrics().horizontalAdvance(self.text()) + 8, 32)

    def minimumSizeHint(self) -> QSize:
        """A text without room ends in “…”."""
        return QSize(min(96, self.sizeHint().width()), 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._appearance.theme
        color = theme.text if self.underMouse() else theme.muted
        painter = QPainter(self)
        chevron = pixmap(
            "chevron-down" if self.isChecked() else "chevron-right", color, _CHEVRON, self.devicePixelRatioF()
        )
        painter.drawPixmap(0, (self.height() - _CHEVRON) // 2, chevron)
        painter.setPen(QColor(color))
        text = self.rect().adjusted(_CHEVRON + _GAP, 0, 0, 0)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 3.5, -0.5, -3.5), 5, 5)
