"""Which keys are text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_COMMANDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def typed_text(event: QKeyEvent) -> str:
    """What the key writes; "" for one that commands or moves."""
    text = event.text()
    return text if text.isprintable() and not event.modifiers() & _COMMANDING else ""
