"""A selection in a flow, as the mouse and the keyboard make it: by characters, words or paragraphs."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextCursor

from chat_studio.ui.transcript.boxes import Box
from chat_studio.ui.transcript.flow import MarkdownFlow, Place

Selection = tuple[Place, Place]
Move = QTextCursor.MoveOperation

LAST = 2**31 - 1
"""A position behind every text's end, for boxes that need not be laid out to be selected."""
_BACK = (Move.Left, Move.WordLeft, Move.Up)
_LINES = (Move.Up, Move.Down)


class Grain(Enum):
    """What a selection grows by."""

    CHARACTER = auto()
    WORD = auto()
    PARAGRAPH = auto()


class Selector:
    """Knows where a selection began and where its moving end is. Nothing is selected where both are the same."""

    def __init__(self, flow: MarkdownFlow) -> None:
        self._flow = flow
        self._grain = Grain.CHARACTER
        self._began: Selection = (Place(0, 0), Place(0, 0))
        self.head = Place(0, 0)
        self.selection: Selection | None = None
        self._column: int | None = None  # the x that moving up and down keeps to

    def begin(self, place: Place, grain: Grain = Grain.CHARACTER) -> None:
        """Nothing, a word or a paragraph is selected, and the selection goes on growing by such."""
        self._grain = grain
        self._began = self._unit(place)
        self._column = None
        self._go(self._began[1], self._began)

    def extend(self, place: Place) -> None:
        """The moving end goes to a place."""
        here = self._unit(place)
        forward = key(place) >= key(self._began[0])
        self._column = None
        self._go(
            here[1] if forward else here[0],
            (min(self._began[0], here[0], key=key), max(self._began[1], here[1], key=key)),
        )

    def select(self, selection: Selection | None) -> None:
        """Another selection, which Shift goes on with from its end."""
        self._grain = Grain.CHARACTER
        if selection is None:
            self.selection = None
            return
        self._began = (selection[0], selection[0])
        self._go(selection[1], selection)

    @property
    def ends(self) -> Selection:
        """The first and the last place, told without laying anything out."""
        return Place(0, 0), Place(max(self._flow.box_count - 1, 0), LAST)

    def select_all(self) -> None:
        self.select(self.ends)

    def move(self, move: Move, *, extends: bool) -> None:
        """Moves the end by a key; without `extends` nothing is selected any more."""
        if not extends and self.selection is not None and move in (Move.Left, Move.Right):
            self.begin(self.selection[0] if move is Move.Left else self.selection[1])
            return
        head = self._moved(move)
        column = self._column
        self.go_to(head, extends=extends)
        self._column = column if move in _LINES else None

    def go_to(self, place: Place, *, extends: bool) -> None:
        """The moving end stands at a place; with `extends` what lies between is selected."""
        self._grain = Grain.CHARACTER
        if not extends:
            self.begin(place)
            return
        fixed = self._began[0] if key(place) >= key(self._began[0]) else self._began[1]
        self._began = (fixed, fixed)
        self.extend(place)

    def caret(self) -> QRectF:
        """Where the moving end is: an empty rectangle as high as its line, in the flow's coordinates."""
        box = self._box(self.head.box)
        if box is None:
            return QRectF()
        return box_caret(box, self.head.position).translated(0, self._flow.top(self.head.box))

    # -- helpers -----------------------------------------------------------------------------------------

    def _go(self, head: Place, selection: Selection) -> None:
        self.head = head
        self.selection = selection if selection[0] != selection[1] else None

    def _box(self, index: int) -> Box | None:
        return self._flow.box(index) if 0 <= index < self._flow.box_count else None

    def _unit(self, place: Place) -> Selection:
        box = self._box(place.box)
        if self._grain is Grain.CHARACTER or box is None:
            return place, place
        if self._grain is Grain.WORD:
            start, end = box.word_at(place.position)
        else:
            block = box.document.findBlock(min(place.position, box.end))
            start, end = block.position(), block.position() + block.length() - 1
        return Place(place.box, start), Place(place.box, end)

    def _moved(self, move: Move) -> Place:
        """Where the moving end comes by a key."""
        box = self._box(self.head.box)
        if box is None:
            return self.head
        cursor = QTextCursor(box.document)
        cursor.setPosition(min(self.head.position, box.end))
        if move in _LINES:
            if self._column is None:
                self._column = round(box_caret(box, cursor.position()).x() - box.origin.x())
            cursor.setVerticalMovementX(self._column)
        if cursor.movePosition(move) or move not in (*_BACK, Move.Right, Move.WordRight, Move.Down):
            return Place(self.head.box, cursor.position())
        return self._neighbour(move, cursor.position())

    def _neighbour(self, move: Move, position: int) -> Place:
        """The place in the box above or below, where there is one."""
        index = self.head.box + (-1 if move in _BACK else 1)
        box = self._box(index)
        if box is None:
            return Place(self.head.box, 0 if move in _BACK else position)
        if move in _LINES and self._column is not None:
            y = box.height - 1 if move is Move.Up else 0
            x = self._column + box.origin.x()
            bottom = box.origin.y() + box.document.size().height() - 1
            return Place(index, box.hit(QPointF(x, min(y, bottom) if move is Move.Up else box.origin.y() + 1)))
        return Place(index, box.end if move in _BACK else 0)


def key(place: Place) -> tuple[int, int]:
    """Places in the order of the text."""
    return place.box, place.position


def box_caret(box: Box, position: int) -> QRectF:
    document = box.document
    block = document.findBlock(min(position, box.end))
    layout = block.layout()
    top = document.documentLayout().blockBoundingRect(block).topLeft()
    line = layout.lineForTextPosition(min(position, box.end) - block.position())
    if not line.isValid():
        return QRectF(top.x(), top.y(), 0, 0).translated(box.origin)
    x = float(line.cursorToX(min(position, box.end) - block.position())[0])  # type: ignore[index]
    return QRectF(top.x() + x, top.y() + line.y(), 0, line.height()).translated(box.origin)
