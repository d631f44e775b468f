"""Selecting text with the keyboard."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent, QKeySequence

from chat_studio.ui.transcript.selector import Move, Selector

_Keys = QKeySequence.StandardKey

EXTENDING = {
    _Keys.SelectPreviousChar: Move.Left,
    _Keys.SelectNextChar: Move.Right,
    _Keys.SelectPreviousWord: Move.WordLeft,
    _Keys.SelectNextWord: Move.WordRight,
    _Keys.SelectPreviousLine: Move.Up,
    _Keys.SelectNextLine: Move.Down,
    _Keys.SelectStartOfLine: Move.StartOfLine,
    _Keys.SelectEndOfLine: Move.EndOfLine,
}
SIDEWAYS = {
    _Keys.MoveToPreviousChar: Move.Left,
    _Keys.MoveToNextChar: Move.Right,
    _Keys.MoveToPreviousWord: Move.WordLeft,
    _Keys.MoveToNextWord: Move.WordRight,
}
"""What moves the caret. It shows once a key has moved it; before that the other keys scroll the conversation."""
WITH_CARET = {
    _Keys.MoveToPreviousLine: Move.Up,
    _Keys.MoveToNextLine: Move.Down,
    _Keys.MoveToStartOfLine: Move.StartOfLine,
    _Keys.MoveToEndOfLine: Move.EndOfLine,
}


def move(selector: Selector, event: QKeyEvent, *, has_caret: bool) -> bool:
    """Moves the selection's end as a key says; returns whether it does."""
    if event.matches(_Keys.SelectStartOfDocument) or event.matches(_Keys.SelectEndOfDocument):
        first, last = selector.ends
        selector.go_to(first if event.matches(_Keys.SelectStartOfDocument) else last, extends=True)
        return True
    for keys, extends in ((EXTENDING, True), (SIDEWAYS, False), (WITH_CARET if has_caret else {}, False)):
        for key, step in keys.items():
            if event.matches(key):
                selector.move(step, extends=extends)
                return True
    return False
