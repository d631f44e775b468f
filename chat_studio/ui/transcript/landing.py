"""Goes to a match: makes its message, and what stands around it, and scrolls there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF

from chat_studio.ui.transcript.boxes import Box
from chat_studio.ui.transcript.canvas import MessageCanvas
from chat_studio.ui.transcript.column import MARGIN
from chat_studio.ui.transcript.flow import Place
from chat_studio.ui.transcript.found import Found
from chat_studio.ui.transcript.question import QuestionWidget
from chat_studio.ui.transcript.search import Tally, box_of
from chat_studio.ui.transcript.selector import Selector, box_caret
from chat_studio.ui.transcript.surface import FlowSurface

ABOVE = 200
"""Pixels of the conversation that stay visible above a match."""
RIM = 48
"""Pixels from the edges of the page within which a match does not count as seen."""


class Landing:
    """`scroll_to` takes a function that returns the y to scroll to, since making widgets on the way moves it."""

    def __init__(self, canvas: MessageCanvas, scroll_to: Callable[[Callable[[], float]], None]) -> None:
        self._canvas = canvas
        self._scroll_to = scroll_to

    def go(self, message: int, tally: Tally, nth: int) -> bool:
        """Shows a match. Where it turns out that less is shown than was counted, corrects that and returns False."""
        if not self._canvas.has_widget(message):
            self._scroll_to(lambda: self._canvas.top_of(message) - MARGIN)
        widget = self._canvas.widget_of(message)
        if isinstance(widget, QuestionWidget):
            widget.show_whole()
        surface, number, in_box, start = self._spot(message, tally, nth)
        box = surface.flow.box(number)
        spans = _spans(box, tally)
        if in_box >= len(spans):
            tally.correct(message, start, len(spans))
            return False
        _reveal(box, spans[in_box])
        if not self._is_seen(message, surface, number, spans[in_box]):
            self._scroll_to(lambda: self._y(message, surface, number, spans[in_box]).top() - ABOVE)
        return True

    def mark(self, message: int, tally: Tally, nth: int) -> None:
        """Paints a match as the one that is looked at."""
        if self._canvas.has_widget(message):
            surface, number, in_box, _ = self._spot(message, tally, nth)
            surface.mark(Found(tally.needle, number, in_box))

    def select(self, message: int, tally: Tally, nth: int) -> None:
        """Selects a match that is on the screen."""
        if self._canvas.has_widget(message):
            surface, number, in_box, _ = self._spot(message, tally, nth)
            spans = _spans(surface.flow.box(number), tally)
            if in_box < len(spans):
                surface.select((Place(number, spans[in_box][0]), Place(number, spans[in_box][1])))

    def _spot(self, message: int, tally: Tally, nth: int) -> tuple[FlowSurface, int, int, int]:
        """The text in which a match stands, its box there, which one it is in the box, and where its block begins."""
        start, in_block = tally.place(message, nth)
        texts = [text for text in self._canvas.widget_of(message).texts if text.flow.box_count]
        above = 0
        for surface in texts[:-1]:
            if start < above + surface.length:
                break
            above += surface.length
        else:
            surface = texts[-1]
        return (surface, *box_of(surface.flow.blocks(), start - above, in_block, tally.needle), start)

    def _y(self, message: int, surface: FlowSurface, box: int, span: tuple[int, int]) -> QRectF:
        """Where a match stands on the canvas."""
        selector = Selector(surface.flow)
        selector.begin(Place(box, span[0]))
        within = surface.mapTo(self._canvas.widget_of(message), QPoint()).y()
        return selector.caret().translated(0, self._canvas.top_of(message) + within)

    def _is_seen(self, message: int, surface: FlowSurface, box: int, span: tuple[int, int]) -> bool:
        place = self._y(message, surface, box, span)
        seen = self._canvas.visibleRegion().boundingRect()
        return seen.top() + RIM <= place.top() and place.bottom() <= seen.bottom() - RIM


def _spans(box: Box, tally: Tally) -> list[tuple[int, int]]:
    return list(tally.needle.spans(box.document.toRawText()))


def _reveal(box: Box, span: tuple[int, int]) -> None:
    """Scrolls a wide table or wide code sideways to a match."""
    if box.sideways is not None:
        left, right = (box_caret(box, position).x() - box.origin.x() for position in span)
        box.sideways.reveal(min(left, right), max(left, right))
