"""A table, whose rows are appended as they come."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor, QTextTable

from chat_studio.ui.transcript.boxes import TextBox
from chat_studio.ui.transcript.parser import completed, parse
from chat_studio.ui.transcript.splitter import Block
from chat_studio.ui.transcript.writer import DocumentWriter

HEAD = 2
"""Lines above the rows: the titles and the dashes."""


class TableBox(TextBox):
    """Writing all rows again for each new one would cost more with every row."""

    @property
    def takes_words(self) -> bool:
        return False

    def show(self, block: Block, *, is_open: bool) -> None:
        before, now = _lines(self.block, is_open=self.is_open), _lines(block, is_open=is_open)
        table = self._table()
        if table is None or len(before) < HEAD or now[: len(before)] != before:
            super().show(block, is_open=is_open)
            return
        self.block, self.is_open = block, is_open
        if len(now) > len(before):
            rows = parse("\n".join([*now[:HEAD], *now[len(before) :]]))
            DocumentWriter(self.document, self.style).append_rows(table, rows)
            self._measure(self.document)

    def _table(self) -> QTextTable | None:
        cursor = QTextCursor(self.document)
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock)
        return cursor.currentTable()


def _lines(block: Block, *, is_open: bool) -> list[str]:
    return (completed(block.source) if is_open else block.source).rstrip("\n").split("\n")
