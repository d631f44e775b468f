"""The one selection of a conversation: a new one ends the one before, and it outlives its widget."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRectF, QTimer, Signal
from PySide6.QtWidgets import QScrollArea

from chat_studio.ui.transcript.clipboard import copy_selection
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.selector import Selection
from chat_studio.ui.transcript.surface import FlowSurface

TICK = 30
"""Milliseconds between two steps of scrolling while the pointer is held outside."""
FASTEST = 80
"""Pixels of such a step; nearer to the edge it is a third of the distance."""
AROUND = 24
"""Pixels that are kept visible around a caret that was moved."""


class Selections(QObject):
    """Watches the texts of the messages, and scrolls while a selection is drawn beyond what is visible.

    Signals:
        quote_requested(str), search_requested(str): as of `FlowSurface`.
    """

    quote_requested = Signal(str)
    search_requested = Signal(str)

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._surface: FlowSurface | None = None
        self._kept: tuple[str, Selection] | None = None  # of a message's text, by the message's id
        self._dragged: tuple[FlowSurface, QPoint] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._scroll_on)

    def adopt(self, message: MessageWidget) -> None:
        """Watches a message that was made, and selects in it what was selected in the widget before it."""
        for surface in message.findChildren(FlowSurface):
            self._watch(message, surface)
        message.adopted.connect(partial(self._watch, message))
        if self._kept is not None and self._kept[0] == message.record.id:
            message.surface.select(self._kept[1])

    @property
    def surface(self) -> FlowSurface | None:
        """The text that has the selection."""
        alive = self._surface is not None and shiboken6.isValid(self._surface)
        return self._surface if alive else None

    def selected_words(self) -> str:
        """The first line of what is selected; "" where nothing is."""
        return self.surface.selected_words() if self.surface is not None else ""

    def copy(self) -> bool:
        """Returns whether there was something to copy."""
        if self.surface is None or self.surface.selection is None:
            return False
        copy_selection(self.surface)
        return True

    def forget(self) -> None:
        """Another conversation is shown."""
        self._surface = self._kept = self._dragged = None
        self._timer.stop()

    # -- watching ----------------------------------------------------------------------------------------

    def _watch(self, message: MessageWidget, surface: FlowSurface) -> None:
        surface.selection_changed.connect(partial(self._on_changed, message, surface))
        surface.dragged.connect(partial(self._on_dragged, surface))
        surface.drag_ended.connect(self._on_drag_ended)
        surface.caret_moved.connect(partial(self._on_caret_moved, surface))
        surface.quote_requested.connect(self.quote_requested)
        surface.search_requested.connect(self.search_requested)

    def _on_changed(self, message: MessageWidget, surface: FlowSurface) -> None:
        selection = surface.selection
        if selection is None:
            if surface is self._surface:
                self._surface = self._kept = None
            return
        before, self._surface = self.surface, surface
        self._kept = (message.record.id, selection) if surface is message.surface else None
        if before is not None and before is not surface:
            before.select(None)

    def _on_caret_moved(self, surface: FlowSurface, caret: QRectF) -> None:
        top = surface.mapTo(self._area.viewport(), caret.topLeft().toPoint()).y()
        bottom = round(top + caret.height())
        bar, page = self._area.verticalScrollBar(), self._area.viewport().height()
        if top < AROUND:
            bar.setValue(bar.value() + top - AROUND)
        elif bottom > page - AROUND:
            bar.setValue(bar.value() + bottom - page + AROUND)

    # -- scrolling while the pointer is held -------------------------------------------------------------

    def _on_dragged(self, surface: FlowSurface, position: QPoint) -> None:
        self._dragged = surface, position
        if self._beyond(position) and not self._timer.isActive():
            self._timer.start()

    def _on_drag_ended(self) -> None:
        self._dragged = None
        self._timer.stop()

    def _scroll_on(self) -> None:
        if self._dragged is None or not shiboken6.isValid(self._dragged[0]):
            self._on_drag_ended()
            return
        surface, position = self._dragged
        beyond = self._beyond(position)
        if not beyond:
            self._timer.stop()
            return
        step = max(min(abs(beyond) // 3 + 1, FASTEST), 1)
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + (step if beyond > 0 else -step))
        surface.drag_to(position)

    def _beyond(self, position: QPoint) -> int:
        """How many pixels a point of the screen is below what is visible; negative above it."""
        y, page = self._area.viewport().mapFromGlobal(position).y(), self._area.viewport().height()
        return y if y < 0 else max(y - page, 0)
