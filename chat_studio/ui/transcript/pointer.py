"""What the pointer does to the boxes of a surface: buttons, bars that scroll sideways, what is told of a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QToolTip

from chat_studio.ui.transcript.actions import Action
from chat_studio.ui.transcript.boxes import Box
from chat_studio.ui.transcript.notes import NOTE, note_text

if TYPE_CHECKING:
    from chat_studio.ui.transcript.surface import FlowSurface

MOST_BOXES = 6
"""Boxes on the screen whose actions a context menu offers that was not opened at one of them."""


class BoxPointer:
    """Serves one surface, which hands its events over; what returns True is dealt with."""

    def __init__(self, surface: FlowSurface) -> None:
        self._surface = surface
        self._hovered: Box | None = None
        self._grabbed: tuple[Box, float] | None = None  # whose bar is dragged, and where the pointer was
        self._on_button = False

    def press(self, point: QPointF) -> bool:
        """Takes hold of a bar; a press on a button begins no selection."""
        found = self._surface.flow.box_at(point)
        if found is None:
            return False
        box, local = found
        if box.sideways is not None and box.sideways.grabs(local.x(), local.y(), box.height):
            self._grabbed = box, point.x()
            return True
        self._on_button = box.action_at(local) is not None
        return self._on_button

    def drag(self, point: QPointF) -> bool:
        if self._grabbed is None:
            return self._on_button
        box, before = self._grabbed
        if box.sideways is not None and box.sideways.drag(point.x() - before):
            self._surface.update()
        self._grabbed = box, point.x()
        return True

    def release(self, point: QPointF) -> bool:
        """Lets a bar go, or does what the button under the pointer says."""
        if self._grabbed is not None:
            self._grabbed = None
            return True
        was_on_button, self._on_button = self._on_button, False
        found = self._surface.flow.box_at(point) if was_on_button else None
        action = found[0].action_at(found[1]) if found else None
        if action is not None:
            action.run(self._surface)
        return was_on_button

    def hover(self, point: QPointF) -> bool:
        """Returns whether a click would do something here."""
        found = self._surface.flow.box_at(point)
        box = found[0] if found else None
        if self._hovered is not None and self._hovered is not box:
            self._show_hover(self._hovered, None)
        self._hovered = box
        if found is None:
            return False
        self._show_hover(found[0], found[1])
        return found[0].action_at(found[1]) is not None

    def leave(self) -> None:
        if self._hovered is not None:
            self._show_hover(self._hovered, None)
            self._hovered = None

    def wheel(self, event: QWheelEvent) -> bool:
        """Scrolls a wide box by a horizontal wheel or touchpad, or by Shift and the wheel."""
        by = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        distance = by.x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not distance:
            distance = by.y()
        elif abs(by.x()) <= abs(by.y()):
            return False
        found = self._surface.flow.box_at(event.position())
        sideways = found[0].sideways if found else None
        if sideways is None or not sideways.farthest:
            return False
        if sideways.scroll_to(sideways.offset - distance):
            self._surface.update()
        event.accept()
        return True

    def tip_at(self, point: QPointF) -> str:
        """What is told of a link: its target, or the words of a note."""
        link = self._surface.flow.link_at(point)
        return self._note(link) if link.startswith(NOTE) else link

    def actions(self, point: QPoint | None) -> list[Action]:
        """What can be done with the box at a point, or with those on the screen."""
        flow = self._surface.flow
        if point is not None:
            found = flow.box_at(QPointF(point))
            return found[0].actions(found[1]) if found else []
        seen = self._surface.visibleRegion().boundingRect()
        shown: list[Action] = []
        for index in list(flow.boxes_in(seen.top(), seen.bottom()))[: 10 * MOST_BOXES]:
            shown += flow.box(index).actions(None)
        return shown[: 2 * MOST_BOXES]

    def tell_note(self, point: QPointF) -> bool:
        """Shows the note that the reference under the pointer stands for."""
        link = self._surface.flow.link_at(point)
        if not link.startswith(NOTE):
            return False
        QToolTip.showText(self._surface.mapToGlobal(point.toPoint()), self._note(link), self._surface)
        return True

    def _note(self, link: str) -> str:
        return note_text(self._surface.flow.blocks(), link.removeprefix(NOTE))

    def _show_hover(self, box: Box, point: QPointF | None) -> None:
        if box.hover(point):
            self._surface.update()
