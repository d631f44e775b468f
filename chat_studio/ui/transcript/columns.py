"""How wide the columns of a table are: natural where there is room, never squeezed to what nobody can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetricsF, QTextDocument, QTextTable, QTextTableCell

from chat_studio.ui.transcript.inline_objects import object_width
from chat_studio.ui.transcript.parser import LINE_SEPARATOR
from chat_studio.ui.transcript.sideways import Sideways
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.writer import cell_padding

if TYPE_CHECKING:
    from chat_studio.ui.transcript.table_box import TableBox

READABLE, COMFORTABLE = 12, 26
"""Font sizes: how narrow long cells become so that the table fits, and how wide they are where it does not."""


SLACK = 1.25


class Columns:
    """What the boxes of one table share: the columns' natural widths, which the first box decides, and scrolling."""

    def __init__(self, first: TableBox) -> None:
        self.sideways = Sideways()
        self.goes_on = False
        """Whether rows come that are not measured: columns then are a little wider, for longer words."""
        self._first = first
        self._natural: list[float] = []

    def take(self, table: QTextTable, document: QTextDocument, style: TextStyle, first_row: int) -> None:
        """Measures the rows of the first box from `first_row` on."""
        if first_row == 0:
            self._natural = [0.0] * table.columns()
        for row in range(first_row, table.rows()):
            for column in range(table.columns()):
                width = cell_width(table.cellAt(row, column), document, style) + sum(cell_padding(column))
                self._natural[column] = max(self._natural[column], width)

    def widths(self, room: float, font_size: float) -> list[float]:
        if not self._natural:
            _ = self._first.document  # measures itself
        natural = [SLACK * width for width in self._natural] if self.goes_on else self._natural
        return allotted(natural, room, READABLE * font_size, COMFORTABLE * font_size)


def allotted(natural: list[float], room: float, readable: float, comfortable: float) -> list[float]:
    """Widths for columns: cut to one measure so that all fit into `room`, unless that would make them unreadable."""
    if sum(natural) <= room:
        return natural
    limit = _limit(natural, room)
    if limit < readable:
        limit = comfortable
    return [min(width, limit) for width in natural]


def _limit(natural: list[float], room: float) -> float:
    """The width at which columns must be cut so that they fit, the narrow ones keeping theirs."""
    narrow_first = sorted(natural)
    for index, width in enumerate(narrow_first):
        share = room / (len(natural) - index)
        if width > share:
            return share
        room -= width
    return narrow_first[-1]


def cell_width(cell: QTextTableCell, document: QTextDocument, style: TextStyle) -> float:
    """The width of a cell whose lines are not broken, in pixels."""
    width = line = 0.0
    fragments = cell.firstCursorPosition().block().begin()
    while not fragments.atEnd():
        fragment = fragments.fragment()
        form = fragment.charFormat()
        metrics = QFontMetricsF(form.font().resolve(document.defaultFont()))
        if form.objectType():
            line += len(fragment.text()) * object_width(form, style)
        else:
            first, *others = fragment.text().split(LINE_SEPARATOR)
            line += metrics.horizontalAdvance(first)
            for text in others:
                width, line = max(width, line), metrics.horizontalAdvance(text)
        fragments += 1
    return max(width, line) + 2
