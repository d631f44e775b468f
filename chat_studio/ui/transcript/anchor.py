"""What stays where it is while heights around it become known: the text that is read."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint

from chat_studio.ui.transcript.canvas import MessageCanvas
from chat_studio.ui.transcript.column import Measure
from chat_studio.ui.transcript.surface import FlowSurface


@dataclass(frozen=True)
class Anchor:
    """A message, or a box of one of its surfaces, and where the viewport begins. All in pixels.

    `offset` tells how far below the beginning of the message or the box that is; `height` is the one that it had. Where
    that was an estimate, or was measured for another column, the viewport begins at the same share of it.
    """

    message: int
    offset: float
    height: float
    surface: int = 0  # its number, in the order of `surfaces_of`
    box: int | None = None
    measure: Measure | None = None  # that the height was measured for; None for an estimate

    def y(self, canvas: MessageCanvas) -> float:
        """Where the viewport has to begin now."""
        top, height = canvas.top_of(self.message), canvas.column.height_of(self.message)
        if self.box is not None:
            found = self._box(canvas)
            if found is None:
                return top
            top, height = found
        stays = self.measure == canvas.measure or not 0 < self.offset < self.height
        return top + (self.offset if stays else self.offset * height / self.height)

    def _box(self, canvas: MessageCanvas) -> tuple[float, float] | None:
        """Where the box stands and how high it is; None while the message has no widget, or another text."""
        surfaces = canvas.surfaces_of(self.message)
        if self.surface >= len(surfaces) or self.box is None:
            return None
        surface = surfaces[self.surface]
        if self.box >= surface.flow.box_count:
            return None
        return y_of(canvas, self.message, surface) + surface.flow.top(self.box), surface.flow.box(self.box).height


def anchor_at(canvas: MessageCanvas, top: float, bottom: float) -> Anchor | None:
    """What the reader of a viewport between two y reads: the first thing in it that is laid out.

    Where there is none, the first thing; None where there is no message.
    """
    visible = canvas.visible(top, bottom)
    for message in visible:
        found = _laid_out(canvas, message, top, bottom)
        if found is not None:
            return found
    return spot_at(canvas, top) if visible else None


def spot_at(canvas: MessageCanvas, top: float) -> Anchor:
    """What a viewport begins in, laid out or not."""
    message = canvas.visible(top, top + 1).start
    for number, surface in enumerate(canvas.surfaces_of(message)):
        y = y_of(canvas, message, surface)
        if y <= top < y + surface.flow.height:
            box = next(surface.flow.boxes_in(top - y, top - y))
            return _anchor(canvas, message, number, surface, box, top)
    return _whole(canvas, message, top)


def y_of(canvas: MessageCanvas, message: int, surface: FlowSurface) -> float:
    """Where a surface begins on the canvas."""
    return canvas.top_of(message) + surface.mapTo(canvas.widget_of(message), QPoint()).y()


def _laid_out(canvas: MessageCanvas, message: int, top: float, bottom: float) -> Anchor | None:
    numbered = list(enumerate(canvas.surfaces_of(message)))
    for number, surface in sorted(numbered, key=lambda pair: y_of(canvas, message, pair[1])):
        y = y_of(canvas, message, surface)
        box = surface.flow.laid_out_in(top - y, bottom - y)
        if box is not None:
            return _anchor(canvas, message, number, surface, box, top)
    if canvas.has_widget(message) and canvas.top_of(message) >= top:
        return _whole(canvas, message, top)
    return None


def _whole(canvas: MessageCanvas, message: int, top: float) -> Anchor:
    measure = canvas.measure if canvas.has_widget(message) else None
    return Anchor(message, top - canvas.top_of(message), canvas.column.height_of(message), measure=measure)


def _anchor(canvas: MessageCanvas, message: int, number: int, surface: FlowSurface, box: int, top: float) -> Anchor:
    begin = y_of(canvas, message, surface) + surface.flow.top(box)
    measure = canvas.measure if surface.flow.box(box).has_document else None
    return Anchor(message, top - begin, surface.flow.box(box).height, number, box, measure)
