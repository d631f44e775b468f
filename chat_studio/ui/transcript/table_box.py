"""A table, or some rows of a long one: rows are appended as they come, and what is too wide scrolls sideways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QTextCursor, QTextDocument, QTextOption, QTextTable

from chat_studio.ui.transcript.boxes import Box, Range, TextBox
from chat_studio.ui.transcript.columns import Columns
from chat_studio.ui.transcript.parser import block_tokens, shown_source
from chat_studio.ui.transcript.splitter import Block
from chat_studio.ui.transcript.style import LINE_HEIGHT, TextStyle
from chat_studio.ui.transcript.writer import DocumentWriter, set_column_widths

if TYPE_CHECKING:
    from markdown_it.token import Token


FOOT = 9.0
"""Pixels below the last row, for the bar."""
ROW_PADDING = 11
"""Pixels of a row beside its text."""


class TableBox(TextBox):
    """Writing all rows again for each new one would cost more with every row.

    The boxes of a long table share their columns, and scroll together.
    """

    def __init__(self, block: Block, style: TextStyle, width: float, *, is_open: bool = False) -> None:
        super().__init__(block, style, width, is_open=is_open)
        self._columns = Columns(self)
        self._continues = False
        self._goes_on = False
        self._hovered = False
        self.sideways = self._columns.sideways

    def follow(self, above: Box) -> None:
        if isinstance(above, TableBox):
            self._columns, self._continues = above._columns, True
            above.go_on()
            self.sideways = self._columns.sideways

    @property
    def origin(self) -> QPointF:
        return QPointF(-self._columns.sideways.offset, 0)

    def go_on(self) -> None:
        """Another box goes on with this one."""
        self._goes_on = True
        if not self._columns.goes_on:
            self._columns.goes_on = True
            table = self._table() if self._document is not None else None
            if table is not None:
                set_column_widths(table, self._widths())
                self.document.setTextWidth(self._text_width())
        if self._document is not None:
            self._measure(self._document)

    def estimate(self) -> None:
        """Cells of one line each."""
        lines = self.block.source.count("\n") + (1 if self.block.head else 0)
        self.height = float(lines * round(LINE_HEIGHT * self.style.font.pixelSize() + ROW_PADDING))

    def takes(self, words: str) -> bool:
        del words
        return False

    def show(self, block: Block, *, is_open: bool) -> None:
        before, now = shown_source(self.block, is_open=self.is_open), shown_source(block, is_open=is_open)
        if not self._append(before, now, block):
            super().show(block, is_open=is_open)
        self.block, self.is_open = block, is_open

    def paint(self, painter: QPainter, clip: QRectF, selected: Range | None) -> None:
        super().paint(painter, clip, selected)
        if self._hovered or not self._goes_on:
            self._columns.sideways.paint(painter, self.height, self.style.theme, strong=self._hovered)

    def hover(self, point: QPointF | None) -> bool:
        before, self._hovered = self._hovered, point is not None
        return before != self._hovered and self._columns.sideways.farthest > 0

    def _append(self, before: str, now: str, block: Block) -> bool:
        """Adds the rows that came, if nothing else did."""
        table = self._table() if self._document is not None else None
        if table is None or not now.startswith(before.rstrip("\n")) or now.count("\n") < 1:
            return False
        added = now[len(before.rstrip("\n")) :].strip("\n")
        if not added:
            return True
        head = block.head or "\n".join(block.source.split("\n", 2)[:2])
        tokens = block_tokens(Block(block.kind, added, head=head))
        if tokens[-1].type != "table_close":
            return False
        first_row = table.rows()
        DocumentWriter(self.document, self.style, self._on_object_changed).append_rows(table, tokens)
        self._set_columns(table, first_row)
        self._measure(self.document)
        return True

    def _write(self, document: QTextDocument, tokens: list[Token]) -> None:
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        super()._write(document, tokens)
        table = _table_of(document)
        if table is not None:
            self._document = document  # measuring the columns asks for it
            self._set_columns(table, 0)

    def _set_columns(self, table: QTextTable, first_row: int) -> None:
        if not self._continues:
            self._columns.take(table, self.document, self.style, first_row)
        set_column_widths(table, self._widths())

    def _text_width(self) -> float:
        content = sum(self._widths())
        self._columns.sideways.fit(content, self.width)
        return content

    def _measure(self, document: QTextDocument) -> None:
        super()._measure(document)
        self.height += self._foot()

    def _foot(self) -> float:
        """Room for the bar, where the table ends."""
        return FOOT if self._columns.sideways.farthest and not self._goes_on else 0.0

    def _widths(self) -> list[float]:
        return self._columns.widths(self.width, self.style.font.pixelSize())

    def _table(self) -> QTextTable | None:
        return _table_of(self.document)


def _table_of(document: QTextDocument) -> QTextTable | None:
    cursor = QTextCursor(document)
    cursor.movePosition(QTextCursor.MoveOperation.NextBlock)
    return cursor.currentTable()
