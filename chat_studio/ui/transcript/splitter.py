"""Cuts growing Markdown into top-level blocks, so that a finished block is never parsed or laid out again.

Only line structure is judged here; what is inside a block is the Markdown parser's business. Each top-level list
item is a block of its own, so that a long list costs no more per token than a short one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from chat_studio.ui.transcript.long_lines import quiet_place
from chat_studio.ui.transcript.parser import is_table

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})\s*([^\s`]*)")
_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")
_RULE = re.compile(r" {0,3}([-*_])\s*(\1\s*){2,}$")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
_ITEM_BEGUN = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])\s")
_SETEXT = re.compile(r" {0,3}(=+|-+)\s*$")
_QUOTE = re.compile(r" {0,3}>")
_MATH_OPEN = re.compile(r"\s*(\$\$(?!.*\$\$\s*\S)|\\\[(?!.*\\\]\s*\S))")
"""What opens a formula of its own; one that ends before its line does stands in a paragraph."""
_MATH_CLOSE = {"$$": "$$", "\\[": "\\]"}
MOST_ROWS = 25
"""Rows of a table, after which it goes on in a block of its own."""
MOST_LINES = 200
"""Lines of code, likewise."""
LONGEST_LINE = 4000
"""Characters of a line of code, likewise: one without spaces takes Qt a time that grows with its square."""


class Kind(Enum):
    PARAGRAPH = auto()  # also headings, quotes, tables: the parser tells
    ITEM = auto()
    CODE = auto()
    MATH = auto()
    LITERAL = auto()  # never from the splitter: text in which no Markdown is read


@dataclass(frozen=True)
class Block:
    """A piece of Markdown source; for code the text between the fences, and its language."""

    kind: Kind
    source: str
    language: str = ""
    continues: bool = False  # the block above, which was cut because it had no end
    joint: str = " "  # what stood between a block and the one that it continues
    head: str = ""  # of a table that continues: its titles, and the dashes below them
    start: int = field(default=0, compare=False)  # where it begins in the text that was fed, line ends being \n


class BlockSplitter:
    """Feed it text as it comes; take `closed` blocks away, and look at `tail()` for the one still open."""

    def __init__(self) -> None:
        self.closed: list[Block] = []
        self._kind: Kind | None = None
        self._lines: list[str] = []
        self._partial = ""
        self._fence = ""
        self._indent = 0
        self._language = ""
        self._inner_fence = ""
        self._after_blank = False
        self._continues = False
        self._joint = " "
        self._head = ""
        self._at = 0  # where the line that is read begins
        self._start = 0  # where the open block begins

    def feed(self, text: str) -> None:
        *lines, rest = (self._partial + text.replace("\r\n", "\n")).split("\n")
        for line in lines:
            below = self._at + len(line) + 1
            self._line(self._cut(line))
            self._at = below
        self._partial = rest = self._cut(rest)
        if self._kind is Kind.ITEM and _ITEM_BEGUN.match(rest) and not self._belongs_to_item(rest):
            self._close()  # the next item has begun, and is shown as the block that it will be

    def finish(self) -> None:
        """No more text comes: closes the last block."""
        if self._partial:
            self._line(self._partial)
            self._partial = ""
        self._close()

    @property
    def partial_line(self) -> str:
        """The line that is still coming."""
        return self._partial

    def tail(self) -> Block | None:
        """The open block with all that has come of it."""
        if self._kind is None:
            guess = self._guess(self._partial) if self._partial.strip() else None
            return replace(guess, continues=self._continues, start=self._at) if guess is not None else None
        if self._kind is Kind.CODE:
            could_close = not self._partial.strip().strip(self._fence[0])
            partial = [] if could_close else [self._dedent(self._partial)]
            return self._block([*self._lines, *partial]) if self._lines or partial or not self._continues else None
        return self._block([*self._lines, self._partial]) if self._lines or self._partial else None

    # -- one line at a time ------------------------------------------------------------------------------

    def _line(self, line: str) -> None:
        if self._kind is Kind.CODE:
            self._code_line(line)
        elif self._kind is Kind.MATH:
            self._math_line(line)
        elif self._kind is Kind.ITEM and self._belongs_to_item(line):
            self._item_line(line)
        else:
            self._open_line(line)

    def _open_line(self, line: str) -> None:
        """A line at top level: it goes on with the paragraph, or begins a block."""
        if not line.strip():
            self._close()
            self._continues = False
        elif fence := _FENCE.match(line):
            self._begin(Kind.CODE)
            self._fence, self._language = fence[1], fence[2]
            self._indent = len(line) - len(line.lstrip(" "))
        elif math := _MATH_OPEN.match(line):
            self._begin(Kind.MATH)
            self._fence = _MATH_CLOSE[math[1]]
            self._math_line(line)
        elif self._lines and self._kind is Kind.PARAGRAPH and _SETEXT.match(line):
            self._lines.append(line)
            self._close()
        elif _HEADING.match(line) or _RULE.match(line):
            self._begin(Kind.PARAGRAPH, line)
            self._close()
        elif _ITEM.match(line):
            self._begin(Kind.ITEM, line)
        elif self._kind is Kind.PARAGRAPH and self._is_quote() == bool(_QUOTE.match(line)):
            self._lines.append(line)
            self._cut_table(self._at + len(line) + 1)
        elif self._kind is Kind.PARAGRAPH and self._is_quote():
            self._lines.append(line)  # a lazy continuation of the quote
        else:
            self._begin(Kind.PARAGRAPH, line)

    def _code_line(self, line: str) -> None:
        if self._closes_fence(line):
            self._close()
        else:
            self._lines.append(self._dedent(line))
            if len(self._lines) >= MOST_LINES:
                self._cut_code("\n", self._at + len(line) + 1)

    def _cut_code(self, joint: str, start: int) -> None:
        """What comes of the code, at `start`, goes into a block of its own."""
        fence, language, indent = self._fence, self._language, self._indent
        self._begin(Kind.CODE)
        self._start = start
        self._fence, self._language, self._indent = fence, language, indent
        self._continues, self._joint = True, joint

    def _cut_table(self, start: int) -> None:
        """What comes of a long table, at `start`, goes into a block of its own."""
        head = self._head
        if len(self._lines) == MOST_ROWS + 2 and not head and is_table("\n".join([*self._lines[:2], ""])):
            head = "\n".join(self._lines[:2])
        elif not (head and len(self._lines) == MOST_ROWS):
            return
        self._begin(Kind.PARAGRAPH)
        self._start = start
        self._continues, self._joint, self._head = True, "\n", head

    def _math_line(self, line: str) -> None:
        self._lines.append(line)
        source = "\n".join(self._lines).strip()
        is_whole = source.endswith(self._fence) and len(source) > len(self._fence) + 1
        was_none = not line.strip() and self._lines[0].strip() not in _MATH_CLOSE  # “$$ is the shell's number”
        if is_whole or was_none:
            self._close()

    def _belongs_to_item(self, line: str) -> bool:
        if self._inner_fence or not line.strip():
            return True
        indented = line.startswith(("  ", "\t"))
        if self._after_blank:
            return indented
        starts_another = any(pattern.match(line) for pattern in (_ITEM, _FENCE, _HEADING, _RULE))
        return indented or not starts_another

    def _item_line(self, line: str) -> None:
        self._lines.append(line)
        self._after_blank = not line.strip() and not self._inner_fence
        stripped = line.strip()
        if self._inner_fence:
            if stripped.startswith(self._inner_fence) and not stripped.strip(self._inner_fence[0]):
                self._inner_fence = ""
        elif fence := _FENCE.match(stripped):
            self._inner_fence = fence[1]

    def _cut(self, line: str) -> str:
        """Closes what is settled of an endless line, and returns the rest of it."""
        while self._kind is Kind.CODE and len(line) > LONGEST_LINE:
            self._lines.append(self._dedent(line[:LONGEST_LINE]))
            self._at += LONGEST_LINE
            self._cut_code("", self._at)
            line = line[LONGEST_LINE:]
        while self._kind in (None, Kind.PARAGRAPH):
            at = quiet_place("\n".join([*self._lines, ""]), line)
            if at is None:
                break
            if self._kind is None:
                self._begin(Kind.PARAGRAPH)
            self._lines.append(line[:at])
            self._close()
            self._continues = True
            rest = line[at:].removeprefix(" ")
            self._at += len(line) - len(rest)
            line = rest
        return line

    # -- state -------------------------------------------------------------------------------------------

    def _begin(self, kind: Kind, line: str | None = None) -> None:
        self._close()
        self._kind, self._start = kind, self._at
        if line is not None:
            self._lines.append(line)

    def _close(self) -> None:
        if self._kind is not None:
            if self._lines or not self._continues:
                block = self._block(self._lines)
                source = block.source if self._kind is Kind.CODE else block.source.rstrip("\n")
                self.closed.append(replace(block, source=source))
            self._continues, self._joint = False, " "
        self._kind, self._lines = None, []
        self._fence = self._inner_fence = self._language = self._head = ""
        self._after_blank = False
        self._indent = 0

    def _block(self, lines: list[str]) -> Block:
        assert self._kind is not None  # noqa: S101 - a block is open
        source = "\n".join(lines)
        return Block(self._kind, source, self._language, self._continues, self._joint, self._head, self._start)

    def _is_quote(self) -> bool:
        return bool(self._lines) and bool(_QUOTE.match(self._lines[0]))

    def _closes_fence(self, line: str) -> bool:
        stripped = line.strip()
        return stripped.startswith(self._fence) and not stripped.strip(self._fence[0])

    def _dedent(self, line: str) -> str:
        removable = len(line) - len(line.lstrip(" "))
        return line[min(self._indent, removable) :]

    @staticmethod
    def _guess(partial: str) -> Block:
        """What a first, unfinished line will probably become; markers that are still growing are not shown as text."""
        if fence := _FENCE.match(partial):
            return Block(Kind.CODE, "", fence[2])
        if _MATH_OPEN.match(partial):
            return Block(Kind.MATH, partial)
        return Block(Kind.ITEM if _ITEM.match(partial) else Kind.PARAGRAPH, partial)
