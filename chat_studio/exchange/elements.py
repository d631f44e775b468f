"""Cuts JSON that may be of any length into the texts of its conversations, one after the other.

A parser that builds the whole value needs several times the file's size, and one bad number loses all of it. This looks
at brackets and strings only. Each conversation is parsed by itself, and a faulty one costs no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

LONGEST = 256 * 1024 * 1024
"""Characters of one conversation, its images included; a longer one is not taken."""
DEEPEST = 200
"""Levels of brackets inside one conversation; those who export need about twelve."""
LIST = "conversations"
"""The member of an outermost object whose list is cut into its elements too."""

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_OUTSIDE = re.compile(rf'(?:[^"\[\]{{}},]++|{_STRING})*+(["\[\]{{}},]?)', re.DOTALL)
_INSIDE = re.compile(rf'(?:[^"\[\]{{}}]++|{_STRING})*+(["\[\]{{}}]?)', re.DOTALL)
"""Up to the next mark that counts, over whole strings: at the depth of the elements, and below it."""
_REST_OF_STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_OPENS_LIST = re.compile(rf'\s*"{LIST}"\s*:\s*\Z')


class Element(NamedTuple):
    """`text` of a "conversation", or of a "member" of the outermost object (`"name": value`). What is "too long" or
    "too deep" has none, and neither has one whose end is "missing", since the file ends or cannot be read further."""

    kind: Literal["conversation", "member", "too long", "too deep", "missing"]
    text: str = ""


class Splitter:
    """Is fed a file in pieces, which may be cut anywhere."""

    def __init__(self) -> None:
        self._depth = 0
        self._level = 1  # the depth at which elements lie
        self._root = ""
        self._in_string = False
        self._held = ""  # a backslash at the end of a piece belongs to the character after it
        self._pieces: list[str] = []
        self._size = 0
        self._fault: Literal["too long", "too deep"] | None = None
        self.ended = False

    def feed(self, piece: str) -> Iterator[Element]:
        """The elements that end in this piece."""
        piece = self._held + piece
        self._held = ""
        start = position = 0
        if self._in_string:
            position = self._leave_string(piece)
        while position < len(piece) and not self.ended:
            found = (_OUTSIDE if self._depth == self._level else _INSIDE).match(piece, position)
            mark = found[1] if found else ""
            if found is None or not mark:
                break
            position = found.end()
            if mark == '"':
                self._in_string = True
                position = self._leave_string(piece, position)
                continue
            step = self._follow(mark, piece, start, position - 1)
            if step == "ends":
                yield from self._element(piece[start : position - 1])
                self._leave(mark)
            if step != "inside":
                start = position
        self._keep(piece[start : len(piece) - len(self._held)])

    def close(self) -> Iterator[Element]:
        """What is left when the file ends: an element without its end, if it was cut off."""
        if not self.ended and self._root:
            yield Element("missing")

    def _leave_string(self, piece: str, position: int = 0) -> int:
        """Where the string that is open ends; the end of the piece when it goes on, and `_held` what must wait."""
        found = _REST_OF_STRING.match(piece, position)
        if found is not None:
            self._in_string = False
            return found.end()
        rest = piece[position:]
        if (len(rest) - len(rest.rstrip("\\"))) % 2:
            self._held = "\\"
        return len(piece)

    def _follow(self, mark: str, piece: str, start: int, position: int) -> Literal["inside", "opens", "ends"]:
        """Follows the brackets: whether a list of elements opens here, or an element ends, that began at `start`."""
        if mark == ",":
            return "ends"
        if mark in "[{":
            self._depth += 1
            return "opens" if self._depth <= 2 and self._opens(mark, piece[start:position]) else self._deeper()
        self._depth -= 1
        return "ends" if self._depth == self._level - 1 else "inside"

    def _opens(self, mark: str, before: str) -> bool:
        if self._depth == 1:
            self._root = mark
            return True
        if self._root == "[" or self._level == 2 or mark != "[" or self._size > len(LIST) + 50:
            return False
        if _OPENS_LIST.match("".join(self._pieces) + before) is None:
            return False
        self._level = 2
        self._pieces.clear()
        self._size = 0
        return True

    def _deeper(self) -> Literal["inside"]:
        if self._depth - self._level > DEEPEST:
            self._fault = self._fault or "too deep"
        return "inside"

    def _leave(self, mark: str) -> None:
        """After the last element of a list."""
        if mark == ",":
            return
        if self._level == 2:
            self._level = 1
        else:
            self.ended = True

    def _element(self, end: str) -> Iterator[Element]:
        """The element that ends here, unless nothing stands between two borders."""
        self._keep(end)
        text = "".join(self._pieces).strip()
        fault, self._fault, self._size = self._fault, None, 0
        self._pieces.clear()
        if fault is not None:
            yield Element(fault)
        elif text:
            yield Element("conversation" if self._root == "[" or self._level == 2 else "member", text)

    def _keep(self, text: str) -> None:
        if self._fault is None and self._root:
            self._size += len(text)
            if self._size > LONGEST:
                self._fault = "too long"
            else:
                self._pieces.append(text)
        if self._fault is not None:
            self._pieces.clear()
