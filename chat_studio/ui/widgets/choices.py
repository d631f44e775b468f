"""Check boxes and radio buttons, with marks drawn in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import pixmap

_MARK = 16
_GAP = 8


class CheckBox(QCheckBox):
    """A square that is filled and ticked when chosen."""

    def __init__(self, appearance: Appearance, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._appearance = appearance
        self.setAccessibleName(text)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return _size_hint(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, box = _begin(self, self._appearance)
        painter.drawRoundedRect(box, 4, 4)
        if self.isChecked():
            tick = pixmap("check", self._appearance.theme.on_accent, 12, self.devicePixelRatioF())
            painter.drawPixmap(round(box.center().x() - 6), round(box.center().y() - 6), tick)


class RadioButton(QRadioButton):
    """A circle with a dot in it when chosen."""

    def __init__(self, appearance: Appearance, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._appearance = appearance
        self.setAccessibleName(text)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return _size_hint(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, box = _begin(self, self._appearance)
        painter.drawEllipse(box)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._appearance.theme.on_accent))
            painter.drawEllipse(box.center(), 3, 3)


def _size_hint(button: QAbstractButton) -> QSize:
    metrics = button.fontMetrics()
    return QSize(_MARK + _GAP + metrics.horizontalAdvance(button.text()) + 6, max(24, metrics.height() + 6))


def _begin(button: QAbstractButton, appearance: Appearance) -> tuple[QPainter, QRectF]:
    """Draws text and focus ring; returns the painter, set up for the mark, and the mark's box."""
    theme = appearance.theme
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(2.5, (button.height() - _MARK) / 2 + 0.5, _MARK - 1, _MARK - 1)
    painter.setPen(QColor(theme.text if button.isEnabled() else theme.faint))
    painter.drawText(
        button.rect().adjusted(_MARK + _GAP + 2, 0, 0, 0),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextShowMnemonic,
        button.text(),
    )
    if button.hasFocus():
        ring = QColor(theme.accent)
        painter.setPen(QPen(ring, 1))
        painter.drawRoundedRect(QRectF(button.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    chosen = button.isChecked() and button.isEnabled()
    painter.setPen(QPen(QColor(theme.accent if chosen else theme.faint), 1))
    painter.setBrush(QColor(theme.accent) if button.isChecked() else QColor(Qt.GlobalColor.transparent))
    return painter, box
