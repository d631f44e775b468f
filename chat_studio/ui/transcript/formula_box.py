"""A formula that stands by itself: centred, and scrolling sideways where it is wider than the column."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QTextDocument

from chat_studio.ui.transcript.boxes import Range, TextBox
from chat_studio.ui.transcript.sideways import Sideways
from chat_studio.ui.transcript.splitter import Block
from chat_studio.ui.transcript.style import TextStyle


class FormulaBox(TextBox):
    """While it is typed, its source is shown."""

    def __init__(self, block: Block, style: TextStyle, width: float, *, is_open: bool = False) -> None:
        super().__init__(block, style, width, is_open=is_open)
        self.sideways = Sideways()
        self._is_hovered = False

    @property
    def origin(self) -> QPointF:
        return QPointF(-self.sideways.offset if self.sideways else 0, 0)

    def takes(self, words: str) -> bool:
        del words
        return False

    def paint(self, painter: QPainter, clip: QRectF, selected: Range | None) -> None:
        super().paint(painter, clip, selected)
        if self.sideways is not None:
            self.sideways.paint(painter, self.height, self.style.theme, strong=self._is_hovered)

    def hover(self, point: QPointF | None) -> bool:
        before, self._is_hovered = self._is_hovered, point is not None
        return before != self._is_hovered and self.sideways is not None and self.sideways.farthest > 0

    def _measure(self, document: QTextDocument) -> None:
        content = max(document.idealWidth(), self.width)
        if content > document.textWidth():
            document.setTextWidth(content)
        if self.sideways is not None:
            self.sideways.fit(content, self.width)
        super()._measure(document)
        if content > self.width:
            self.height += 8
