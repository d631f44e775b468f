"""A code block, or some lines of a long one: its language, its buttons, and highlighted lines."""

from __future__ import annotations

import asyncio
import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from chat_studio.ui.aio import loop_runs, spawn
from chat_studio.ui.transcript.actions import Action
from chat_studio.ui.transcript.bidi import controls, visible
from chat_studio.ui.transcript.boxes import Box, Range, new_document
from chat_studio.ui.transcript.code_frame import CodeFrame
from chat_studio.ui.transcript.highlight import Pieces, colour, lexed
from chat_studio.ui.transcript.splitter import Block
from chat_studio.ui.transcript.style import TextStyle

HEADER = 30
PADDING = 12
RADIUS = 8
AT_ONCE = 4000
"""Characters that are lexed without a thread: some four milliseconds."""


class CodeBox(Box):
    """Code as it came. While it streams, whole lines are highlighted one by one; once closed, all of it together.

    The boxes of long code share a frame, and look like one.
    """

    def __init__(self, block: Block, style: TextStyle, width: float, *, is_open: bool = False) -> None:
        super().__init__(block, style, width, is_open=is_open)
        self.above: CodeBox | None = None
        self.below: CodeBox | None = None
        self._frame = CodeFrame(self)
        self.sideways = self._frame.sideways
        self._lexed: list[Pieces] | None = None  # of the closed block
        self._pointed: QPointF | None = None

    def follow(self, above: Box) -> None:
        if isinstance(above, CodeBox):
            self.above, above.below = above, self
            self._frame, self.sideways = above._frame, above._frame.sideways
            above.height -= PADDING

    @property
    def _header(self) -> float:
        return HEADER * self.style.font.pixelSize() / 14 if self.above is None else 0.0

    @property
    def _top(self) -> float:
        return round(self._header + PADDING - 2) if self.above is None else 0.0

    @property
    def origin(self) -> QPointF:
        return QPointF(PADDING - self._frame.sideways.offset, self._top)

    def estimate(self) -> None:
        super().estimate()
        self.height = math.ceil(self.height + self._top + PADDING)

    def grow(self, block: Block) -> float:
        """Takes the block's longer source; returns the y below which the box must be painted again."""
        added = block.source[len(self.block.source) :]
        document = self.document
        first_new = document.blockCount() - 1
        top = document.documentLayout().blockBoundingRect(document.lastBlock()).top()
        self.block = block
        cursor = QTextCursor(document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(visible(added))
        finished = block.source.split("\n")[first_new:-1] if "\n" in added else []
        for number, line in enumerate(finished, first_new):
            # Each by itself: a guess that is good enough while code comes.
            colour(document, lexed(block.language, line)[:1], self.style.theme, number)
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
        self._highlight(self.document)

    def show(self, block: Block, *, is_open: bool) -> None:
        self._lexed = None
        super().show(block, is_open=is_open)

    def wrap(self) -> None:
        """Takes the frame's way of showing long lines."""
        if self._document is None:
            self.estimate()
        else:
            self._document.setDefaultTextOption(self._option())
            self._document.setTextWidth(self._text_width())
            self._measure(self._document)
        if self.changed is not None:
            self.changed(self)

    # -- pointer and menu --------------------------------------------------------------------------------

    def action_at(self, point: QPointF) -> Action | None:
        return next((action for _, rect, action in self._buttons() if rect.contains(point)), None)

    def actions(self, point: QPointF | None) -> list[Action]:
        return self._frame.actions(named=point is None) if point is not None or self.above is None else []

    def hover(self, point: QPointF | None) -> bool:
        before, self._pointed = self._pointed, point
        was_in, is_in = before is not None, point is not None
        return was_in != is_in or (point is not None and before is not None and self._lit(before) != self._lit(point))

    def _lit(self, point: QPointF) -> int:
        """Which button lies under a point; -1 for none."""
        return next((index for index, (_, rect, _) in enumerate(self._buttons()) if rect.contains(point)), -1)

    def _buttons(self) -> list[tuple[str, QRectF, Action]]:
        if self.above is not None:
            return []
        return self._frame.buttons(QFontMetricsF(self._label_font()), self.width - PADDING + 8, self._header)

    # -- painting ----------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, clip: QRectF, selected: Range | None) -> None:
        self._paint_frame(painter)
        if self.above is None and clip.top() < self._header:
            self._paint_header(painter)
        room = QRectF(PADDING / 2, 0, self.width - PADDING, self.height)
        super().paint(painter, clip.intersected(room), selected)
        if self._pointed is not None or (self.below is None and not self._frame.wraps):
            foot = self.height - 1
            self._frame.sideways.paint(painter, foot, self.style.theme, strong=self._pointed is not None)

    def _paint_frame(self, painter: QPainter) -> None:
        """Round corners where the code begins and ends; boxes in between only have sides."""
        top = 0.5 if self.above is None else -2.0 * RADIUS
        bottom = self.height - 0.5 if self.below is None else self.height + 2.0 * RADIUS
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(0.5, top, self.width - 1, bottom - top), RADIUS, RADIUS)
        painter.save()
        painter.setClipRect(QRectF(0, 0, self.width, math.ceil(self.height)), Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(QColor(self.style.theme.line), 1))
        painter.setBrush(QColor(self.style.theme.code))
        painter.drawPath(shape)
        painter.restore()

    def _paint_header(self, painter: QPainter) -> None:
        theme = self.style.theme
        painter.setFont(self._label_font())
        painter.setPen(QColor(theme.muted))
        label = self.block.language or "text"
        hidden = controls(self._frame.code()) if not self.block.source.isascii() else ""
        left = QRectF(PADDING, 0, self.width - 2 * PADDING, self._header)
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, label)
        if hidden:
            painter.setPen(QColor(theme.danger))
            gap = QFontMetricsF(self._label_font()).horizontalAdvance(f"{label}   ")
            words = f"hidden characters that change its direction: {hidden}"
            room = QRectF(PADDING + gap, 0, self._buttons()[-1][1].left() - PADDING - gap, self._header)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        for words, rect, _ in self._buttons():
            is_lit = self._pointed is not None and rect.contains(self._pointed)
            if is_lit:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.line))
                painter.drawRoundedRect(rect.adjusted(1, 4, -1, -4), 5, 5)
            painter.setPen(QColor(theme.text if is_lit else theme.muted))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
        painter.fillRect(QRectF(1, round(self._header), self.width - 2, 1), QColor(theme.line))

    def _label_font(self) -> QFont:
        font = QFont(self.style.font)
        font.setPixelSize(self.style.font.pixelSize() - 2)
        return font

    # -- layout ------------------------------------------------------------------------------------------

    def _make_document(self) -> QTextDocument:
        document = new_document()
        document.setDefaultFont(self.style.mono)
        document.setDefaultTextOption(self._option())
        cursor = QTextCursor(document)
        cursor.setBlockFormat(self.style.block())
        cursor.insertText(visible(self.block.source))
        if not self.is_open:
            self._highlight(document)
        return document

    def _option(self) -> QTextOption:
        modes = QTextOption.WrapMode
        option = QTextOption()
        option.setWrapMode(modes.WrapAtWordBoundaryOrAnywhere if self._frame.wraps else modes.NoWrap)
        option.setTabStopDistance(4 * self.style.mono.pixelSize() * 0.6)
        return option

    def _text_width(self) -> float:
        return self.width - 2 * PADDING

    def _measure(self, document: QTextDocument) -> None:
        below = 0 if self.below is not None or document.isEmpty() else PADDING
        self.height = math.ceil(document.size().height() + self._top + below)
        if not self._frame.wraps:
            self._frame.widest = max(self._frame.widest, document.idealWidth())
        self._frame.sideways.fit(self._frame.widest, self._text_width())

    # -- colours -----------------------------------------------------------------------------------------

    def _highlight(self, document: QTextDocument) -> None:
        if self._lexed is not None:
            colour(document, self._lexed, self.style.theme)
        elif len(self._context()) + len(self.block.source) <= AT_ONCE or not loop_runs():
            self._lexed = self._lex(self.block, self._context())
            colour(document, self._lexed, self.style.theme)
        else:
            spawn(self._highlight_later(self.block), name="highlight")

    async def _highlight_later(self, block: Block) -> None:
        found = await asyncio.to_thread(self._lex, block, self._context())
        if block is self.block:
            self._lexed = found
            if self._document is not None:
                colour(self._document, found, self.style.theme)
                if self.changed is not None:
                    self.changed(self)

    def _context(self) -> str:
        """The lines above, where a string or a comment may have begun."""
        return self.above.block.source + self.block.joint if self.above is not None else ""

    @staticmethod
    def _lex(block: Block, context: str) -> list[Pieces]:
        lines = lexed(block.language, context + block.source)
        return lines[context.count("\n") :] if "\n" in context or not context else []
