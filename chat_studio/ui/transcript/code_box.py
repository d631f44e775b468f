"""A code block: its language, a copy button, and highlighted lines."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPen, QTextCursor, QTextDocument, QTextOption
from PySide6.QtWidgets import QWidget

from chat_studio.ui.transcript.actions import Action
from chat_studio.ui.transcript.boxes import Box, Range, new_document
from chat_studio.ui.transcript.highlight import Highlighter
from chat_studio.ui.transcript.splitter import Block

HEADER = 30
PADDING = 12
RADIUS = 8
COPY = "Copy"


class CodeBox(Box):
    """Code as it came. While it streams, whole lines are highlighted one by one; once closed, all of it together."""

    @property
    def origin(self) -> QPointF:
        return QPointF(PADDING, HEADER + PADDING - 2)

    def grow(self, block: Block) -> float:
        """Takes the block's longer source; returns the y below which the box must be painted again."""
        added = block.source[len(self.block.source) :]
        document = self.document
        first_new = document.blockCount() - 1
        top = document.documentLayout().blockBoundingRect(document.lastBlock()).top()
        self.block = block
        cursor = QTextCursor(document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(added)
        self._highlighter().lines(document, first_new)
        self._measure(document)
        return top + self.origin.y()

    def close(self, block: Block) -> None:
        """The code is complete: highlights it as a whole."""
        if not block.source.startswith(self.block.source.rstrip("\n")) or block.language != self.block.language:
            self.show(block, is_open=False)
            return
        if len(block.source) > len(self.block.source):
            self.grow(block)
        self.block, self.is_open = block, False
        self._highlighter().whole(self.document)

    def action_at(self, point: QPointF) -> Action | None:
        return Action(COPY, self._copy) if self.copy_rect().contains(point) else None

    def _copy(self, _: QWidget) -> None:
        QGuiApplication.clipboard().setText(self.block.source)

    def copy_rect(self) -> QRectF:
        """Where a click copies the code."""
        return QRectF(self.width - 60, 0, 60, HEADER)

    def paint(self, painter: QPainter, clip: QRectF, selected: Range | None) -> None:
        theme = self.style.theme
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.code))
        painter.drawRoundedRect(QRectF(0.5, 0.5, self.width - 1, self.height - 1), RADIUS, RADIUS)
        if clip.top() < HEADER:
            self._paint_header(painter)
        super().paint(painter, clip, selected)

    def _paint_header(self, painter: QPainter) -> None:
        theme = self.style.theme
        font = QFont(self.style.font)
        font.setPixelSize(self.style.font.pixelSize() - 2)
        painter.setFont(font)
        painter.setPen(QColor(theme.muted))
        area = QRectF(PADDING, 0, self.width - 2 * PADDING, HEADER)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.block.language or "text")
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, COPY)
        painter.fillRect(QRectF(1, HEADER, self.width - 2, 1), QColor(theme.line))

    def _highlighter(self) -> Highlighter:
        return Highlighter(self.block.language, self.style.theme)

    def _make_document(self) -> QTextDocument:
        document = new_document()
        document.setDefaultFont(self.style.mono)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTabStopDistance(4 * self.style.mono.pixelSize() * 0.6)
        document.setDefaultTextOption(option)
        cursor = QTextCursor(document)
        cursor.setBlockFormat(self.style.block())
        cursor.insertText(self.block.source)
        if not self.is_open:
            self._highlighter().whole(document)
        return document

    def _text_width(self) -> float:
        return self.width - 2 * PADDING

    def _measure(self, document: QTextDocument) -> None:
        self.height = document.size().height() + HEADER + 2 * PADDING - 4
