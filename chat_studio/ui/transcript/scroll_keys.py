"""The keys that scroll a conversation."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider

Step = QAbstractSlider.SliderAction
_PLAIN = {
    Qt.Key.Key_Up: Step.SliderSingleStepSub,
    Qt.Key.Key_Down: Step.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: Step.SliderPageStepSub,
    Qt.Key.Key_PageDown: Step.SliderPageStepAdd,
    Qt.Key.Key_Space: Step.SliderPageStepAdd,
}


class Edge(Enum):
    """An end of the conversation."""

    START = auto()
    END = auto()


_EDGES = {Qt.Key.Key_Home: Edge.START, Qt.Key.Key_End: Edge.END}


def meaning(event: QKeyEvent) -> Step | Edge | None:
    """Where a key goes; None if it is no such key."""
    key = Qt.Key(event.key())
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in _EDGES and held in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
        return _EDGES[key]
    if held == Qt.KeyboardModifier.NoModifier:
        return _PLAIN.get(key)
    is_back = held == Qt.KeyboardModifier.ShiftModifier and key == Qt.Key.Key_Space
    return Step.SliderPageStepSub if is_back else None
