"""Colours code by pygments, as layout formats: the text itself is never touched."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from chat_studio.ui.theme import Theme

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LIMIT = 100_000
"""Characters; longer code stays plain, since lexing it would hold up the window."""


class Highlighter:
    """Highlights a document whose lines are its text blocks."""

    def __init__(self, language: str, theme: Theme) -> None:
        self._lexer = _lexer(language) if language else None
        self._theme = theme

    def lines(self, document: QTextDocument, first: int) -> None:
        """The finished lines from number `first` on, each by itself: a guess that is good enough while code comes."""
        if self._lexer is None:
            return
        block = document.findBlockByNumber(first)
        while block.isValid() and block.next().isValid():
            self._apply(document, block, _tokens(self._lexer, block.text()))
            block = block.next()

    def whole(self, document: QTextDocument) -> None:
        """All lines, with what carries over from line to line."""
        if self._lexer is None or document.characterCount() > LIMIT:
            return
        block = document.firstBlock()
        pieces: list[tuple[str, str]] = []
        for role, text in _tokens(self._lexer, document.toPlainText()):
            first, *others = text.split("\n")
            pieces.append((role, first))
            for line in others:
                self._apply(document, block, pieces)
                block = block.next()
                pieces = [(role, line)]
        if block.isValid():
            self._apply(document, block, pieces)

    def _apply(self, document: QTextDocument, block: QTextBlock, pieces: list[tuple[str, str]]) -> None:
        formats = _formats(self._theme)
        ranges = []
        start = 0
        for role, text in pieces:
            if role and text:
                piece = QTextLayout.FormatRange()
                piece.start, piece.length, piece.format = start, len(text.encode("utf-16-le")) // 2, formats[role]
                ranges.append(piece)
            start += len(text.encode("utf-16-le")) // 2 if not text.isascii() else len(text)
        if ranges != block.layout().formats():
            block.layout().setFormats(ranges)
            document.markContentsDirty(block.position(), block.length())


def _tokens(lexer: Lexer, text: str) -> list[tuple[str, str]]:
    """(role, text) pairs that add up to `text`; the role is a colour of the theme, or ""."""
    return [(_role(str(kind)), piece) for kind, piece in lexer.get_tokens(text)]


@cache
def _role(token: str) -> str:
    for prefix, role in _ROLES.items():
        if token.startswith(prefix):
            return role
    return ""


_ROLES = {
    "Token.Keyword": "keyword",
    "Token.Operator.Word": "keyword",
    "Token.Literal.String": "string",
    "Token.Literal.Number": "function",
    "Token.Name.Function": "function",
    "Token.Name.Class": "function",
    "Token.Name.Builtin": "function",
    "Token.Name.Decorator": "function",
    "Token.Name.Tag": "keyword",
    "Token.Name.Attribute": "function",
    "Token.Comment": "comment",
}


@cache
def _formats(theme: Theme) -> dict[str, QTextCharFormat]:
    formats = {}
    for role in set(_ROLES.values()):
        formats[role] = QTextCharFormat()
        formats[role].setForeground(QColor(getattr(theme, role)))
    return formats


@cache
def _lexer(language: str) -> Lexer | None:
    """The lexer for a fence's language; None for one that pygments does not know."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return lexer
