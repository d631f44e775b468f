"""Quoting a message in the next question."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor

from chat_studio.ui.composing.composer import Composer
from chat_studio.ui.transcript.view import Transcript


class Quoting:
    """Puts what is quoted in the transcript where the next question is written."""

    def __init__(self, transcript: Transcript, composer: Composer) -> None:
        self._composer = composer
        transcript.quote_requested.connect(self.quote)

    def quote(self, quoted: str) -> None:
        """Inserts a Markdown quote at the cursor, in lines of its own, and takes the keyboard there."""
        cursor = self._composer.edit.textCursor()
        cursor.clearSelection()
        cursor.insertText(_gap(cursor) + quoted)
        self._composer.edit.setTextCursor(cursor)
        self._composer.setFocus()


def _gap(cursor: QTextCursor) -> str:
    """What must stand before a quote: an empty line."""
    if cursor.atStart():
        return ""
    if not cursor.atBlockStart():
        return "\n\n"
    return "\n" if cursor.block().previous().text() else ""
