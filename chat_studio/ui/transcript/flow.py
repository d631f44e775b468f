"""A column of boxes that grows at its end: one answer's text, or its reasoning.

Only what is looked at is laid out: boxes far from the viewport, and those of a long text that came at once, have an
estimated height until `realise` is told that they are near.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from chat_studio.ui.transcript.boxes import Box, LiteralBox, Range, RuleBox, TextBox
from chat_studio.ui.transcript.code_box import CodeBox
from chat_studio.ui.transcript.formula_box import FormulaBox
from chat_studio.ui.transcript.found import Found
from chat_studio.ui.transcript.heights import Heights
from chat_studio.ui.transcript.parser import is_plain, is_table
from chat_studio.ui.transcript.splitter import Block, BlockSplitter, Kind
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.table_box import TableBox
from chat_studio.ui.transcript.writer import LIST_INDENT

MOST_DOCUMENTS = 80
"""Boxes that may hold a laid-out document at the same time; a screen shows some twenty."""
AT_ONCE = 1_000
"""Characters: a text that comes in one piece and is longer is laid out when it is looked at."""
_LITERAL_PIECE = re.compile(r"(?:[^\n]{0,4000}\n){0,199}[^\n]{0,4000}\n?")
"""200 lines at most, and no longer ones: a line without spaces takes Qt a time that grows with its square."""


@dataclass(frozen=True)
class Place:
    """A character of a flow: which box, which position in its document."""

    box: int
    position: int


class MarkdownFlow:
    """Lays Markdown out in a column. Feed it text as it comes; only the open last block is ever touched again."""

    def __init__(self, style: TextStyle, width: float) -> None:
        self._style = style
        self.width = width
        self._splitter = BlockSplitter()
        self._boxes: list[Box] = []
        self._heights = Heights()  # of the boxes, with the gaps above them, in whole pixels
        self._open = False  # whether the last box shows the splitter's open block
        self._live: dict[int, None] = {}  # boxes with a document, least recently used first
        self._band = (0.0, math.inf)  # what is looked at
        self._in_bulk = False  # whether the text that is added is a long one
        self.waits = False
        """Whether something came where it is looked at and was too long to be laid out at once."""
        self.found: Found | None = None
        """What is looked for, and marked where it is painted."""
        self.changed: Callable[[float], None] | None = None
        """Told the y below which the flow must be painted again, when a box changes by itself."""

    @property
    def height(self) -> float:
        return self._heights.total

    # -- growing -----------------------------------------------------------------------------------------

    def append(self, text: str) -> float:
        """Adds text; returns the y below which the flow must be painted again."""
        if not text:
            return self.height
        plain = self._appends_plainly(text)
        self._in_bulk = len(text) > AT_ONCE
        self._splitter.feed(text)
        dirty = self._append_plain(text) if plain and not self._splitter.closed else self._take()
        self._trim()
        return dirty

    def append_literal(self, text: str) -> None:
        """Adds text in which no Markdown is read, in boxes of bounded size. A line's end belongs to its box."""
        self._in_bulk = len(text) > AT_ONCE
        for piece in filter(None, _LITERAL_PIECE.findall(text)):
            self._show(Block(Kind.LITERAL, piece), is_open=False)
        self._trim()

    def used_width(self) -> float:
        """The width of the longest line; all of the flow's, where that is not known."""
        if not all(box.has_document for box in self._boxes):
            return self.width
        return max((box.used_width() for box in self._boxes), default=0.0)

    def finish(self) -> float:
        """Closes the last block; returns the y below which the flow must be painted again."""
        self._splitter.finish()
        return self._take()

    def set_width(self, width: float) -> None:
        if width == self.width:
            return
        self.width = width
        looked_at = set(self.boxes_in(*self._band))
        for index, box in enumerate(self._boxes):
            room = width - _left(box.block)
            if box.has_document and (index in looked_at or box.is_open):
                box.set_width(room)
            else:
                box.forget(room)
                self._live.pop(index, None)
        self._heights = Heights(self._step(index) for index in range(len(self._boxes)))

    def _appends_plainly(self, text: str) -> bool:
        """Whether the text only lengthens a paragraph whose kind is settled."""
        line = self._splitter.partial_line
        box = self._boxes[-1] if self._open else None
        return (
            isinstance(box, TextBox)
            and is_plain(text)
            and box.has_document
            and self._is_looked_at(self.top(-1))
            and any(map(str.isalpha, line))
            and box.takes(text)
        )

    def _append_plain(self, text: str) -> float:
        box = self._boxes[-1]
        assert isinstance(box, TextBox)  # noqa: S101 - _appends_plainly saw to it
        top = self.top(-1) + box.append_plain(text)
        self._fit(len(self._boxes) - 1)
        return top

    def _take(self) -> float:
        """Shows what the splitter has closed, then its open block."""
        first = len(self._boxes) - 1 if self._open else len(self._boxes)
        dirty = self.top(first) if self._open else self.height
        closed, self._splitter.closed = self._splitter.closed, []
        for block in closed:
            self._show(block, is_open=False)
            self._open = False
        tail = self._splitter.tail()
        if tail is None and self._open:
            self._drop_last()
        elif tail is not None:
            code_top = self._show(tail, is_open=True)
            if self._open and not closed and code_top is not None:
                dirty = self.top(-1) + code_top
            self._open = True
        return dirty

    def _show(self, block: Block, *, is_open: bool) -> float | None:
        """Puts a block into the open box, or into a new one; returns what CodeBox.grow returns."""
        if not self._open:
            self._add(block, is_open=is_open)
            return None
        box = self._boxes[-1]
        if type(box) is not _box_class(block) or box.block.depth != block.depth:
            self._drop_last()
            self._add(block, is_open=is_open)
            return None
        code_top = None
        if not self._is_looked_at(self.top(-1)):
            box.postpone(block, is_open=is_open)
        elif isinstance(box, CodeBox) and box.has_document:
            code_top = self._show_code(box, block, is_open=is_open)
        else:
            box.show(block, is_open=is_open)
        self._fit(len(self._boxes) - 1)
        return code_top

    @staticmethod
    def _show_code(box: CodeBox, block: Block, *, is_open: bool) -> float | None:
        if not is_open:
            box.close(block)
        elif block.language == box.block.language and block.source.startswith(box.block.source):
            return box.grow(block)
        else:
            box.show(block, is_open=True)
        return None

    def _drop_last(self) -> None:
        self._boxes.pop()
        self._heights.cut(len(self._boxes))
        self._live.pop(len(self._boxes), None)
        self._open = False

    def _add(self, block: Block, *, is_open: bool) -> None:
        """Puts a block into a box of its own at the end."""
        box = _box_class(block)(block, self._style, self.width - _left(block), is_open=is_open)
        box.changed = self._on_box_changed
        if self._boxes and block.continues:
            box.follow(self._boxes[-1])
            self._fit(len(self._boxes) - 1)  # no foot any more
        if self._is_looked_at(self.height):
            _ = box.document
            self._used(len(self._boxes))
        else:
            box.estimate()
        self._boxes.append(box)
        self._heights.append(self._step(len(self._boxes) - 1))

    def _is_looked_at(self, y: float) -> bool:
        """Whether what is added at `y` is laid out at once."""
        is_near = y <= self._band[1]
        self.waits |= is_near and self._in_bulk
        return is_near and not self._in_bulk

    def _on_box_changed(self, box: Box) -> None:
        if box in self._boxes:
            index = self._boxes.index(box)
            self._fit(index)
            if self.changed is not None:
                self.changed(self.top(index))

    def _fit(self, index: int) -> bool:
        """Takes the height of a box; returns whether that moves anything."""
        return self._heights.put(index, self._step(index)) != 0

    def _step(self, index: int) -> float:
        return math.ceil(self._gap(index) + self._boxes[index].height - 0.01)

    def _gap(self, index: int) -> float:
        if index == 0:
            return 0.0
        box, above = self._boxes[index], self._boxes[index - 1]
        if box.block.continues:
            return 0.0
        follows_item = above.block.kind is Kind.ITEM
        return box.gap if follows_item or box.block.kind is not Kind.ITEM else above.gap

    # -- looking -----------------------------------------------------------------------------------------

    def realise(self, top: float, bottom: float) -> bool:
        """Lays out what stands between two y, and from now on what is added there; returns whether a height changed."""
        self._band = (top, bottom)
        self.waits = False
        changed = False
        for index in self.boxes_in(top, bottom):
            _ = self._boxes[index].document
            changed |= self._fit(index)
            self._used(index)
        self._trim()
        return changed

    def top(self, index: int) -> float:
        """Where a box begins, below its gap; -1 is the last one."""
        index %= len(self._boxes)
        return self._heights.above(index) + self._gap(index)

    def _corner(self, index: int) -> QPointF:
        return QPointF(_left(self._boxes[index].block), self.top(index))

    def laid_out_in(self, top: float, bottom: float) -> int | None:
        """The first box between two y that is laid out."""
        return next((index for index in self.boxes_in(top, bottom) if self._boxes[index].has_document), None)

    def paint(self, painter: QPainter, clip: QRectF, selection: tuple[Place, Place] | None) -> None:
        """Paints the boxes that touch `clip`; coordinates are the flow's own."""
        for index in self.boxes_in(clip.top(), clip.bottom()):
            left, top = self._corner(index).x(), self.top(index)
            painter.save()
            painter.translate(left, top)
            self._boxes[index].found = self.found.within(index) if self.found is not None else None
            self._boxes[index].paint(painter, clip.translated(-left, -top), self._selected(index, selection))
            painter.restore()
            self._used(index)
        self._trim()

    def caret(self) -> QRectF | None:
        """Where the next character will stand: an empty rectangle as high as the line; None between blocks."""
        if not self._open or isinstance(self._boxes[-1], RuleBox) or not self._boxes[-1].has_document:
            return None
        return self._boxes[-1].end_of_text().translated(self._corner(-1))

    def boxes_in(self, top: float, bottom: float) -> Iterator[int]:
        """The numbers of the boxes that touch the band."""
        for index in range(self._heights.at(top), len(self._boxes)):
            if self._heights.above(index) > bottom:
                return
            yield index

    def place_at(self, point: QPointF) -> Place:
        """The character nearest to a point."""
        if not self._boxes:
            return Place(0, 0)
        index = next(iter(self.boxes_in(point.y(), point.y())), len(self._boxes) - 1)
        return Place(index, self._boxes[index].hit(point - self._corner(index)))

    def box_at(self, point: QPointF) -> tuple[Box, QPointF] | None:
        """The box under a point, and the point in its coordinates."""
        for index in self.boxes_in(point.y(), point.y()):
            local = point - self._corner(index)
            if 0 <= local.y() <= self._boxes[index].height:
                return self._boxes[index], local
        return None

    @property
    def box_count(self) -> int:
        return len(self._boxes)

    def box(self, index: int) -> Box:
        return self._boxes[index]

    def blocks(self) -> Iterator[Block]:
        """The Markdown of all boxes, in order."""
        for box in self._boxes:
            yield box.block

    def link_at(self, point: QPointF) -> str:
        found = self.box_at(point)
        return found[0].link_at(found[1]) if found else ""

    def ends(self) -> tuple[Place, Place]:
        """The first and the last place, for “select all”."""
        last = len(self._boxes) - 1
        return Place(0, 0), Place(last, self._boxes[last].end) if self._boxes else Place(0, 0)

    def text(self, selection: tuple[Place, Place]) -> str:
        """The plain text of a selection, boxes apart by empty lines and items by line breaks."""
        pieces: list[str] = []
        for index in range(selection[0].box, min(selection[1].box, len(self._boxes) - 1) + 1):
            if pieces:
                pieces.append(_between(self._boxes[index - 1].block, self._boxes[index].block))
            pieces.append(self._boxes[index].text(self._selected(index, selection)))
        return "".join(pieces)

    def find(self, needle: str) -> list[tuple[float, tuple[Place, Place]]]:
        """All matches in order: the y of each, and its range."""
        return [
            (self.top(index), (Place(index, found.start), Place(index, found.end)))
            for index, box in enumerate(self._boxes)
            for found in box.find(needle)
        ]

    def _selected(self, index: int, selection: tuple[Place, Place] | None) -> Range | None:
        if selection is None or not selection[0].box <= index <= selection[1].box:
            return None
        start = selection[0].position if index == selection[0].box else 0
        end = selection[1].position if index == selection[1].box else self._boxes[index].end
        return Range(start, end)

    # -- memory ------------------------------------------------------------------------------------------

    def _used(self, index: int) -> None:
        self._live.pop(index, None)
        self._live[index] = None

    def _trim(self) -> None:
        while len(self._live) > MOST_DOCUMENTS:
            oldest = next(iter(self._live))
            del self._live[oldest]
            if not (self._open and oldest == len(self._boxes) - 1):
                self._boxes[oldest].release()


def _box_class(block: Block) -> type[Box]:
    if block.head:
        return TableBox
    if block.kind is Kind.MATH:
        return FormulaBox
    if block.kind in (Kind.CODE, Kind.LITERAL):
        return CodeBox if block.kind is Kind.CODE else LiteralBox
    is_rule = block.kind is Kind.PARAGRAPH and set(block.source) - {" "} in ({"-"}, {"*"}, {"_"})
    if is_rule and len(block.source.replace(" ", "")) > 2:
        return RuleBox
    return TableBox if block.kind is Kind.PARAGRAPH and is_table(block.source) else TextBox


def _left(block: Block) -> float:
    """Where a box begins, sideways: in line with the text of the items that it stands in."""
    return LIST_INDENT * block.depth


def _between(above: Block, block: Block) -> str:
    """What stands between two blocks in plain text."""
    if block.kind is Kind.LITERAL:
        return "\n" if above.source.endswith("\n") else ""
    if block.continues:
        return block.joint
    return "\n" if above.kind is block.kind is Kind.ITEM else "\n\n"
