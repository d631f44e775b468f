"""How what was found is painted in a text: every match faintly, the one that is looked at strongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QTextCursor, QTextDocument

from chat_studio.ui.theme import Theme
from chat_studio.ui.transcript.needle import Needle

FAINT = 0.22
"""Opacity of the accent behind the matches that are not looked at."""


@dataclass(frozen=True)
class Found:
    """What is looked for in a text. `box` and `nth` name the match that is looked at: which one in which box."""

    needle: Needle
    box: int = -1
    nth: int = -1

    def within(self, box: int) -> Found:
        """The same for one box."""
        return Found(self.needle, box, self.nth if box == self.box else -1)


def selections(
    document: QTextDocument, found: Found | None, theme: Theme
) -> Iterator[QAbstractTextDocumentLayout.Selection]:
    """For painting the document; `found` is of its box."""
    if found is None:
        return
    for number, (start, end) in enumerate(found.needle.spans(document.toRawText())):
        selection = QAbstractTextDocumentLayout.Selection()
        selection.cursor = QTextCursor(document)
        selection.cursor.setPosition(start)
        selection.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        background = QColor(theme.accent)
        if number == found.nth:
            selection.format.setForeground(QColor(theme.on_accent))
        else:
            background.setAlphaF(FAINT)
        selection.format.setBackground(background)
        yield selection
