"""Paints a row of the sidebar: its title, that it is running or has news, and what was found in it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.conversation_model import Index, Roles
from chat_studio.ui.widgets.spinner import paint_spinner

ROW = 35
GROUP = 36
SNIPPET = 36
WORDS_BEFORE = 4
"""Words of a snippet before the first that was found: it must be seen in two lines."""
_INSET = 8
_PAD = 8
_MARK_BEGIN, _MARK_END = "\x02", "\x03"


class ConversationDelegate(QStyledItemDelegate):
    """`step` tells how far the spinners have turned."""

    def __init__(self, appearance: Appearance, step: Callable[[], int], parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._step = step
        self.turning: dict[int, tuple[QRect, QStyle.StateFlag]] = {}
        """The rows with a spinner, as they were painted: by their tops, where and in which state."""

    def paint_turning(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        """The spinner of such a row, and what it stands on."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_surface(painter, box, state)
        paint_spinner(painter, mark_box(box), self._appearance.theme, self._step())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        height = ROW + (GROUP if index.data(Roles.GROUP) else 0) + (SNIPPET if index.data(Roles.SNIPPET) else 0)
        return QSize(0, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(Roles.GROUP):
            self._paint_group(painter, option.rect, index.data(Roles.GROUP))
        box = row_box(option.rect, index)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        self._paint_surface(painter, box, option.state)
        line = QRect(box.left(), box.top(), box.width(), ROW - 4)
        self._paint_title(painter, line, index, chosen)
        if index.data(Roles.RUNNING):
            self.turning[box.top()] = box, option.state
        else:
            self.turning.pop(box.top(), None)
        if index.data(Roles.SNIPPET):
            self._paint_snippet(painter, box.adjusted(_PAD, ROW - 8, -_PAD, -4), index.data(Roles.SNIPPET))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        del option, index
        editor = QLineEdit(parent)
        editor.setAccessibleName("Title of the conversation")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Not over what was typed, when the row changes meanwhile."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        box = row_box(option.rect, index)
        editor.setGeometry(box.left(), box.top() - 1, box.width(), 32)

    def _paint_group(self, painter: QPainter, rect: QRect, title: str) -> None:
        font = self._appearance.tiny_font()
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self._appearance.theme.faint))
        place = QRect(rect.left() + _INSET + _PAD, rect.top() + 12, rect.width(), GROUP - 12)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)

    def _paint_surface(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        theme = self._appearance.theme
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(theme.selected))
        elif state & QStyle.StateFlag.State_MouseOver:
            hover = QColor(theme.text)
            hover.setAlphaF(0.045)
            painter.setBrush(hover)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.accent))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_title(self, painter: QPainter, line: QRect, index: Index, chosen: bool) -> None:
        theme = self._appearance.theme
        text = line.adjusted(_PAD, 0, -_PAD, 0)
        mark = mark_box(line)
        if index.data(Roles.RUNNING):
            paint_spinner(painter, mark, theme, self._step())
            text.setRight(line.right() - 24)
        elif index.data(Roles.NEWS):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(mark.adjusted(2, 2, -2, -2))
            text.setRight(line.right() - 24)
        font = self._appearance.control_font()
        font.setWeight(QFont.Weight.Medium if chosen or index.data(Roles.NEWS) else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        title = QFontMetrics(font).elidedText(index.data(), Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)

    def _paint_snippet(self, painter: QPainter, box: QRect, snippet: str) -> None:
        """Two lines with the words found in the accent's colour."""
        normal = self._appearance.small_font()
        strong = QFont(normal)
        strong.setWeight(QFont.Weight.DemiBold)
        theme = self._appearance.theme
        left, bottom, height = box.left(), box.top(), QFontMetrics(normal).height()
        for word, found in _words(snippet):
            font = strong if found else normal
            width = QFontMetrics(font).horizontalAdvance(word)
            if left + width > box.right() and left > box.left():
                left, bottom = box.left(), bottom + height
            if bottom + height > box.bottom() + 4:
                return
            painter.setFont(font)
            painter.setPen(QColor(theme.accent if found else theme.muted))
            painter.drawText(QRect(left, bottom, box.right() - left, height), Qt.AlignmentFlag.AlignLeft, word)
            left += width


def row_box(rect: QRect, index: Index) -> QRect:
    """The part of a row that is highlighted: without the group's title above."""
    top = GROUP if index.data(Roles.GROUP) else 0
    return rect.adjusted(_INSET, top + 2, -_INSET, -2)


def mark_box(box: QRect) -> QRectF:
    """Where the spinner stands in what is highlighted of a row."""
    return QRectF(box.right() - 18, box.top() + (ROW - 5) // 2 - 5, 11, 11)


def _words(snippet: str) -> list[tuple[str, bool]]:
    """The words from a little before the first match on, each with its space, and whether it is in a match."""
    words, found = [], False
    for word in " ".join(snippet.split()).split(" "):
        found = found or _MARK_BEGIN in word
        words.append((word.replace(_MARK_BEGIN, "").replace(_MARK_END, "") + " ", found))
        found = found and _MARK_END not in word
    first = next((number for number, (_, found) in enumerate(words) if found), 0)
    return words if first <= WORDS_BEFORE else [("…", False), *words[first - WORDS_BEFORE :]]
