"""Paints a row of the gallery: what it is on the left, what it can do and costs on the right."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.adding.choices import Choice
from chat_studio.ui.connections.adding.gallery_model import CHOICE, GROUP, Index
from chat_studio.ui.icons import pixmap

PAD = 10
"""Between a row's edge and its text, left and right."""
TITLE = 38
_EDGE = 7
"""Above and below a row's lines."""
_LEADING = 5
"""What a line is higher than its letters' size."""
_GAP = 16
_MARK = 12
Left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
Right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class ChoicePainter(QStyledItemDelegate):
    """Two lines; the title of its group stands above the first row of each."""

    def __init__(self, appearance: Appearance, parent: QListView) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        lines = 1 if index.data(CHOICE).template is None else 2  # what is no template has little to tell
        return QSize(0, 2 * _EDGE + lines * self._line + (TITLE if index.data(GROUP) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice: Choice = index.data(CHOICE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(GROUP):
            self._paint_group(painter, option.rect, index.data(GROUP))
        box = row_box(option.rect, index)
        self._paint_surface(painter, box, option.state)
        upper = QRect(box.left() + PAD, box.top() + _EDGE, box.width() - 2 * PAD, self._line)
        if choice.template is None:
            self._paint_low(painter, upper, choice)
        else:
            self._paint_upper(painter, upper, choice)
            self._paint_lower(painter, upper.translated(0, self._line), choice)
        painter.restore()

    @property
    def _line(self) -> int:
        """The height of one line of text."""
        return self._appearance.scale.control + _LEADING

    def _paint_group(self, painter: QPainter, rect: QRect, title: str) -> None:
        painter.setFont(_weighted(self._appearance.tiny_font(), QFont.Weight.DemiBold))
        painter.setPen(QColor(self._appearance.theme.faint))
        painter.drawText(QRect(rect.left() + PAD, rect.top() + 14, rect.width(), TITLE - 16), Left, title)

    def _paint_surface(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        theme = self._appearance.theme
        has_focus = state & QStyle.StateFlag.State_HasFocus
        fill = QColor(Qt.GlobalColor.transparent)
        if state & QStyle.StateFlag.State_Selected or has_focus:
            fill = QColor(theme.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            fill = QColor(theme.text)
            fill.setAlphaF(0.045)
        painter.setPen(QPen(QColor(theme.accent)) if has_focus else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_low(self, painter: QPainter, line: QRect, choice: Choice) -> None:
        """Title, what is said of it, and badges in one line."""
        theme = self._appearance.theme
        painter.setFont(_weighted(self._appearance.control_font(), QFont.Weight.Medium))
        painter.setPen(QColor(theme.text))
        _elided(painter, line, choice.title)
        behind = min(painter.fontMetrics().horizontalAdvance(choice.title) + _GAP * 3 // 4, line.width())
        self._paint_lower(painter, line.adjusted(behind, 0, 0, 0), choice)

    def _paint_upper(self, painter: QPainter, line: QRect, choice: Choice) -> None:
        theme = self._appearance.theme
        painter.setFont(self._appearance.small_font())
        left = line.left() + line.width()
        for text, color in ((choice.price_checked, theme.text), (choice.price, theme.muted)):
            if not text:
                continue
            painter.setPen(QColor(color))
            painter.drawText(QRect(line.left(), line.top(), left - line.left(), line.height()), Right, text)
            left -= painter.fontMetrics().horizontalAdvance(text) + _GAP // 2
        painter.setFont(_weighted(self._appearance.control_font(), QFont.Weight.Medium))
        painter.setPen(QColor(theme.muted if choice.needs else theme.text))
        _elided(painter, line.adjusted(0, 0, left - line.left() - line.width() - _GAP // 2, 0), choice.title)

    def _paint_lower(self, painter: QPainter, line: QRect, choice: Choice) -> None:
        """Badges on the right; in the rest what it needs, else its model, or its place."""
        theme = self._appearance.theme
        painter.setFont(self._appearance.small_font())
        painter.setPen(QColor(theme.faint))
        badges = "  ·  ".join(choice.badges)
        painter.drawText(line, Right, badges)
        room = line.width() - (painter.fontMetrics().horizontalAdvance(badges) + _GAP if badges else 0)
        rest = QRect(line.left(), line.top(), room, line.height())
        if choice.needs:
            image = pixmap("warning", theme.warn, _MARK, painter.device().devicePixelRatioF())
            painter.drawPixmap(rest.left(), rest.center().y() - _MARK // 2 + 1, image)
            rest.setLeft(rest.left() + _MARK + 6)
        painter.setPen(QColor(theme.warn if choice.needs else theme.muted))
        _elided(painter, rest, choice.needs or choice.subtitle)


def row_box(rect: QRect, index: Index) -> QRect:
    """The part of a row that is highlighted: without the group's title above."""
    return rect.adjusted(0, TITLE if index.data(GROUP) else 0, 0, 0)


def _elided(painter: QPainter, box: QRect, text: str) -> None:
    shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Left, shown)


def _weighted(font: QFont, weight: QFont.Weight) -> QFont:
    font.setWeight(weight)
    return font
