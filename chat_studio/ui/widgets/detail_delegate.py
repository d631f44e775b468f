"""Rows of a popup with a second, quieter text at their right end."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import pixmap

DETAIL = Qt.ItemDataRole.UserRole + 1
"""Where a row holds its second text."""
IS_WARNING = Qt.ItemDataRole.UserRole + 2
"""Where a row says that its second text is a warning."""

HEIGHT = 30
_GAP = 24
_MARGIN = 10
_ICON = 14
_MOST = 0.5
"""How much of a row the second text may take from the first."""


class DetailDelegate(QStyledItemDelegate):
    """Long names lose their middle, long second texts their end; rows without one look as they always do."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._measure()
        appearance.changed.connect(self._measure)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Asked of every row whenever a list opens, also of hundreds."""
        detail = index.data(DETAIL)
        if not detail:
            return super().sizeHint(option, index).expandedTo(QSize(0, HEIGHT))
        icon = option.decorationSize.width() + 6 if index.data(Qt.ItemDataRole.DecorationRole) else 0
        width = icon + self._name_width(index.data()) + _GAP + self._detail_width(detail, index) + _MARGIN
        return QSize(width, max(HEIGHT, self._name_metrics.height() + 8))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        detail = index.data(DETAIL)
        if not detail:
            super().paint(painter, option, index)
            return
        row = QStyleOptionViewItem(option)
        self.initStyleOption(row, index)
        widget: QWidget | None = row.widget
        style = widget.style() if widget is not None else QApplication.style()
        box = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, row, widget)
        box.setRight(row.rect.right() - _MARGIN)
        name, row.text = row.text, ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, row, painter, widget)
        inset = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, row, widget) + 1
        painter.save()
        width = min(self._detail_width(detail, index), int(box.width() * _MOST))
        width = max(width, min(self._detail_width(detail, index), box.width() - _GAP - self._name_width(name)))
        self._paint_name(painter, box.adjusted(inset, 0, -width - _GAP, 0), name)
        self._paint_detail(painter, QRect(box.right() - width, box.top(), width, box.height()), detail, index)
        painter.restore()

    def _paint_name(self, painter: QPainter, box: QRect, name: str) -> None:
        painter.setFont(self._name_font)
        painter.setPen(QColor(self._appearance.theme.text))
        shown = self._name_metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _paint_detail(
        self, painter: QPainter, box: QRect, detail: str, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self._appearance.theme
        painter.setFont(self._detail_font)
        painter.setPen(QColor(theme.muted))
        if index.data(IS_WARNING):
            painter.setPen(QColor(theme.warn))
            device = painter.device()
            mark = pixmap("warning", theme.warn, _ICON, device.devicePixelRatio())
            painter.drawPixmap(box.left(), box.center().y() - _ICON // 2, mark)
            box = box.adjusted(_ICON + 4, 0, 0, 0)
        shown = self._detail_metrics.elidedText(detail, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)

    def _detail_width(self, detail: str, index: QModelIndex | QPersistentModelIndex) -> int:
        width = self._detail_metrics.horizontalAdvance(detail) + 1
        return width + _ICON + 4 if index.data(IS_WARNING) else width

    def _name_width(self, name: str) -> int:
        return self._name_metrics.horizontalAdvance(name) + 8

    def _measure(self) -> None:
        self._name_font, self._detail_font = self._appearance.control_font(), self._appearance.small_font()
        self._name_metrics, self._detail_metrics = QFontMetrics(self._name_font), QFontMetrics(self._detail_font)
