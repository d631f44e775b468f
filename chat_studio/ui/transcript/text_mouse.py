"""Selecting text with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent

from chat_studio.ui.transcript.selector import Grain

if TYPE_CHECKING:
    from chat_studio.ui.transcript.surface import FlowSurface


class TextMouse:
    """Serves one surface: one press begins a selection, two take a word, three a paragraph; Shift goes on with it."""

    def __init__(self, surface: FlowSurface) -> None:
        self._surface = surface
        self._held = False
        self._doubled = QElapsedTimer()
        self._doubled_at = QPoint()

    def press(self, event: QMouseEvent) -> None:
        selector, place = self._surface.selector, self._surface.flow.place_at(event.position())
        self._held = True
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            selector.extend(place)
        elif self._is_third(event):
            selector.begin(place, Grain.PARAGRAPH)
        else:
            selector.begin(place)
        self._doubled.invalidate()
        self._surface.show_selection()

    def double(self, event: QMouseEvent) -> None:
        self._held = True
        self._doubled.start()
        self._doubled_at = event.position().toPoint()
        self._surface.selector.begin(self._surface.flow.place_at(event.position()), Grain.WORD)
        self._surface.show_selection()

    def drag(self, event: QMouseEvent) -> bool:
        """Returns whether a selection is being made."""
        if not (self._held and event.buttons() & Qt.MouseButton.LeftButton):
            return False
        self.reach(event.position())
        self._surface.dragged.emit(event.globalPosition().toPoint())
        return True

    def reach(self, point: QPointF) -> None:
        """The selection goes to where the pointer is."""
        self._surface.selector.extend(self._surface.flow.place_at(point))
        self._surface.show_selection()

    def release(self) -> bool:
        """Returns whether something was selected."""
        held, self._held = self._held, False
        if held:
            self._surface.drag_ended.emit()
        return held and self._surface.selection is not None

    def _is_third(self, event: QMouseEvent) -> bool:
        hints = QGuiApplication.styleHints()
        is_soon = self._doubled.isValid() and not self._doubled.hasExpired(hints.mouseDoubleClickInterval())
        distance = (event.position().toPoint() - self._doubled_at).manhattanLength()
        return is_soon and distance <= hints.mouseDoubleClickDistance()
