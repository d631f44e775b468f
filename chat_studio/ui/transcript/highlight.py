"""Colours code by pygments, as layout formats: the text itself is never touched."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QTextCharFormat, QTextDocument, QTextLayout

from chat_studio.ui.theme import Theme

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LIMIT = 100_000
"""Characters; longer code stays plain: what is that long in so few lines was written by no person."""

Pieces = list[tuple[str, int]]
"""A line's pieces in order: the colour of each, a role of the theme or "", and its length in UTF-16 units."""


def lexed(language: str, text: str) -> list[Pieces]:
    """The pieces of each line; none for a language that is not known. May run in a thread."""
    lexer = _lexer(language.lower()) if language and len(text) <= LIMIT else None
    if lexer is None:
        return []
    lines: list[Pieces] = [[]]
    for kind, piece in lexer.get_tokens(text + "\n"):  # some know a comment by the end of its line
        role = _role(str(kind))
        first, *others = piece.split("\n")
        _add(lines[-1], role, first)
        for line in others:
            lines.append([])
            _add(lines[-1], role, line)
    return lines[:-1]


def colour(document: QTextDocument, lines: list[Pieces], theme: Theme, first: int = 0) -> None:
    """Colours the document's lines from number `first` on."""
    formats = _formats(theme)
    block = document.findBlockByNumber(first)
    for pieces in lines:
        if not block.isValid():
            return
        ranges = []
        start = 0
        for role, length in pieces:
            if role:
                piece = QTextLayout.FormatRange()
                piece.start, piece.length, piece.format = start, length, formats[role]
                ranges.append(piece)
            start += length
        if ranges != block.layout().formats():
            block.layout().setFormats(ranges)
            document.markContentsDirty(block.position(), block.length())
        block = block.next()


def coloured(language: str, code: str) -> list[tuple[str, str]]:
    """Pieces that add up to the code, with their colours; one plain piece where they are not known."""
    pieces = list(_spread(code.split("\n"), lexed(language, code))) if code.isascii() else []
    is_whole = "".join(text for text, _ in pieces) == code  # there are lexers that change what they read
    return pieces if is_whole else [(code, "")]


def _spread(texts: list[str], lines: list[Pieces]) -> Iterator[tuple[str, str]]:
    for number, (text, pieces) in enumerate(zip(texts, lines, strict=False)):
        if number:
            yield "\n", ""
        at = 0
        for role, length in pieces:
            yield text[at : at + length], role
            at += length


def _add(line: Pieces, role: str, text: str) -> None:
    if text:
        line.append((role, len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2))


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
    "Token.Generic.Inserted": "string",
    "Token.Generic.Deleted": "danger",
    "Token.Generic.Subheading": "function",
    "Token.Generic.Heading": "keyword",
    "Token.Generic.Prompt": "comment",
}
_ALIASES = {
    "jsx": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "json5": "javascript",
    "jsonc": "javascript",
    "ndjson": "json",
    "tsx": "typescript",
    "mts": "typescript",
    "cts": "typescript",
    "vue": "html",
    "svelte": "html",
    "astro": "html",
    "c++": "cpp",
    "h": "c",
    "hpp": "cpp",
    "cu": "cuda",
    "shell-session": "console",
    "terminal": "console",
    "env": "properties",
    "conf": "ini",
    "systemd": "ini",
    "patch": "diff",
    "containerfile": "docker",
    "ps": "powershell",
    "viml": "vim",
    "plist": "xml",
    "svg": "xml",
    "ipython": "python",
    "starlark": "python",
    "golang": "go",
    "proto3": "protobuf",
    "mysql": "mysql",
    "postgres": "postgresql",
    "latex": "tex",
    "objc": "objective-c",
    "asm": "nasm",
    "kt": "kotlin",
    "gradle": "groovy",
    "vb": "vb.net",
    "cmd": "batch",
    "mdx": "markdown",
}
"""Names that models write on fences, and pygments does not know."""


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
        lexer: Lexer = get_lexer_by_name(_ALIASES.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return lexer
