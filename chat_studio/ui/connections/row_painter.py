"""Paints the rows of the list of connections."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.rows import Row, Tone

ROW = Qt.ItemDataRole.UserRole
"""Where an item holds its Row."""
_AROUND = 28
"""What a row is higher than the letters of its two lines, in pixels."""


class RowPainter(QStyledItemDelegate):
    """Two lines on a rounded surface, as in all lists of the window."""

    def __init__(self, appearance: Appearance, parent: QListWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option, index
        return QSize(0, 2 * self._appearance.scale.control + _AROUND)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(ROW)
        theme = self._appearance.theme
        box = QRectF(option.rect).adjusted(8, 0, -8, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_surface(painter, box, option.state)
        text = box.adjusted(8, 8, -8, -8)
        painter.setFont(_medium(self._appearance.control_font()))
        painter.setPen(QColor(theme.muted if row.tone is Tone.DISABLED else theme.text))
        _line(painter, text, row.title, Qt.AlignmentFlag.AlignTop, Qt.TextElideMode.ElideRight)
        # A long host leaves room for what stands after it: the model, or that it is unsaved.
        elide = Qt.TextElideMode.ElideRight if row.tone is Tone.BROKEN else Qt.TextElideMode.ElideMiddle
        painter.setFont(self._appearance.small_font())
        painter.setPen(QColor(theme.danger if row.tone is Tone.BROKEN else theme.muted))
        _line(painter, text, row.subtitle, Qt.AlignmentFlag.AlignBottom, elide)
        painter.restore()

    def _paint_surface(self, painter: QPainter, box: QRectF, state: QStyle.StateFlag) -> None:
        theme = self._appearance.theme
        fill = QColor(Qt.GlobalColor.transparent)
        if state & QStyle.StateFlag.State_Selected:
            fill = QColor(theme.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            fill = QColor(theme.text)
            fill.setAlphaF(0.05)
        has_focus = state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected
        painter.setPen(QPen(QColor(theme.accent), 1) if has_focus else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def _medium(font: QFont) -> QFont:
    font.setWeight(QFont.Weight.Medium)
    return font


def _line(painter: QPainter, box: QRectF, text: str, where: Qt.AlignmentFlag, elide: Qt.TextElideMode) -> None:
    shown = painter.fontMetrics().elidedText(text, elide, int(box.width()))
    painter.drawText(box, where | Qt.AlignmentFlag.AlignLeft, shown)
