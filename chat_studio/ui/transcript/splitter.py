"""Cuts growing Markdown into top-level blocks, so that a finished block is never parsed or laid out again.

Only line structure is judged here; what is inside a block is the Markdown parser's business. Each top-level list
item is a block of its own, so that a long list costs no more per token than a short one.

No block is endless: what has no end is cut, and goes on in blocks that continue it. What is cut off an item goes on
at the item's depth, as if it stood at top level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from chat_studio.ui.transcript.long_lines import HARDEST, LONGEST, MANY_LINES, holds_picture, is_quiet, quiet_place
from chat_studio.ui.transcript.parser import is_table

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})\s*([^\s`]*)")
_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")
_RULE = re.compile(r" {0,3}([-*_])\s*(\1\s*){2,}$")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)")
_ITEM_BEGUN = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])\s")
_SIGN = re.compile(r" {0,3}[-*+#`~_\d]")
_MARKER = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?: {1,4}|$)")
_SETEXT = re.compile(r" {0,3}(=+|-+)\s*$")
_QUOTE = re.compile(r" {0,3}>")
_MATH_OPEN = re.compile(r"\s*(\$\$(?!.*\$\$\s*\S)|\\\[(?!.*\\\]\s*\S))")
"""What opens a formula of its own; one that ends before its line does stands in a paragraph."""
_MATH_CLOSE = {"$$": "$$", "\\[": "\\]"}
MOST_ROWS, MOST_CELLS = 25, 250
"""Rows and cells of a table, after which it goes on in a block of its own."""
MOST_LINES = 100
"""Lines of code, likewise."""
MOST_CODE = 24_000
"""Characters of code, likewise."""
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
    depth: int = 0  # the number of items that it stands in, having been cut off them
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
        self._size = 0  # characters of the open block
        self._midline = False  # whether what comes is the rest of a line that was cut
        self._goes_on_in_quote = False
        self._items: list[int] = []  # the indents of items that were cut, and go on
        self._blank_inside = False
        self._at = 0  # where the line that is read begins
        self._start = 0  # where the open block begins

    def feed(self, text: str) -> None:
        *lines, rest = (self._partial + text.replace("\r\n", "\n")).split("\n")
        for line in lines:
            below = self._at + len(line) + 1
            self._line(self._cut(line))
            self._at = below
        self._partial = self._cut(rest)
        rest = self._without_indent(self._partial)
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
        partial = self._without_indent(self._partial)
        if self._kind is None:
            guess = self._guess(partial) if not self._midline else Block(Kind.PARAGRAPH, partial)
            begun = replace(guess, continues=self._continues, joint=self._joint, depth=len(self._items), start=self._at)
            return begun if partial.strip() else None
        if self._kind is Kind.CODE:
            could_close = not partial.strip().strip(self._fence[0])
            added = [] if could_close else [self._dedent(partial)]
            return self._block([*self._lines, *added]) if self._lines or added or not self._continues else None
        return self._block([*self._lines, partial]) if self._lines or partial else None

    # -- one line at a time ------------------------------------------------------------------------------

    def _line(self, line: str) -> None:
        below = self._at + len(line) + 1
        if not self._midline:
            self._whole_line(self._inside(line))
        elif self._kind is None:
            self._begin(Kind.PARAGRAPH, line)
        else:
            self._add(line)
        self._midline = False
        if self._size > (LONGEST if self._kind is Kind.ITEM else MANY_LINES):
            self._bound(below)

    def _whole_line(self, line: str) -> None:
        if self._kind is Kind.CODE:
            self._code_line(line)
        elif self._kind is Kind.MATH:
            self._math_line(line)
        elif self._kind is Kind.ITEM and self._belongs_to_item(line):
            self._item_line(line)
        elif self._lines and self._kind is Kind.PARAGRAPH and (line.startswith("|") or line[:1].isalpha()):
            self._add(line)  # such a line begins nothing
            self._cut_table(self._at + len(line) + 1)
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
            self._add(line)
            self._close()
        elif _HEADING.match(line) or _RULE.match(line):
            self._begin(Kind.PARAGRAPH, line)
            self._close()
        elif _ITEM.match(line):
            self._begin(Kind.ITEM, line)
        elif self._kind is Kind.PARAGRAPH and self._is_quote() == bool(_QUOTE.match(line)):
            self._add(line)
            self._cut_table(self._at + len(line) + 1)
        elif self._kind is Kind.PARAGRAPH and self._is_quote():
            self._add(line)  # a lazy continuation of the quote
        else:
            self._begin(Kind.PARAGRAPH, line)

    def _code_line(self, line: str) -> None:
        if self._closes_fence(line):
            self._close()
        else:
            self._add(self._dedent(line))
            if len(self._lines) >= MOST_LINES or self._size > MOST_CODE:
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
        most = min(MOST_ROWS, max(MOST_CELLS // max(self._lines[0].count("|"), 1), 1))
        if len(self._lines) == most + 2 and not head and is_table("\n".join([*self._lines[:2], ""])):
            head = "\n".join(self._lines[:2])
        elif not (head and len(self._lines) >= most):
            return
        self._begin(Kind.PARAGRAPH)
        self._start = start
        self._continues, self._joint, self._head = True, "\n", head

    def _math_line(self, line: str) -> None:
        self._add(line)
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
        return indented or not self._starts_another(line)

    @staticmethod
    def _starts_another(line: str) -> bool:
        return bool(_SIGN.match(line)) and any(pattern.match(line) for pattern in (_ITEM, _FENCE, _HEADING, _RULE))

    def _item_line(self, line: str) -> None:
        self._add(line)
        self._after_blank = not line.strip() and not self._inner_fence
        stripped = line.strip()
        if self._inner_fence:
            if stripped.startswith(self._inner_fence) and not stripped.strip(self._inner_fence[0]):
                self._inner_fence = ""
        elif fence := _FENCE.match(stripped):
            self._inner_fence = fence[1]

    # -- what has no end ---------------------------------------------------------------------------------

    def _cut(self, line: str) -> str:
        """Closes what is settled of an endless line, and returns the rest of it."""
        while self._kind is Kind.CODE and len(line) > LONGEST_LINE:
            piece = line[:LONGEST_LINE]
            self._add(piece if self._midline else self._dedent(self._inside(piece)))
            self._at += LONGEST_LINE
            self._cut_code("", self._at)
            self._midline = True
            line = line[LONGEST_LINE:]
        while len(line) > LONGEST and self._kind is not Kind.CODE:
            at = None
            if self._kind in (None, Kind.PARAGRAPH):
                at = quiet_place("\n".join([*self._lines, ""]), line)
            if at is None and (len(line) <= HARDEST or holds_picture(line)):
                break
            line = self._cut_at(line, at or HARDEST)
        return line

    def _cut_at(self, line: str, at: int) -> str:
        """What comes of a line goes into a block of its own; returns that."""
        rest = line[at:].removeprefix(" ") if at < HARDEST else line[at:]
        self._line(line[:at])
        if self._kind is Kind.ITEM:
            self._leave_item(self._at)
        self._close()
        self._at += len(line) - len(rest)
        self._continues, self._joint, self._midline = True, line[at : len(line) - len(rest)], True
        return rest

    def _bound(self, start: int) -> None:
        """Cuts a block that grew long, where that harms least; what comes then begins at `start`."""
        source = "\n".join(self._lines)
        too_long = self._size > HARDEST
        if self._kind is Kind.MATH and too_long:
            self._close()
        elif self._kind is Kind.ITEM and (too_long or (not self._inner_fence and is_quiet(source))):
            self._leave_item(start)
        elif self._kind is Kind.PARAGRAPH and not self._head and not is_table(source):
            ends_part = self._lines[-1].strip() == ">" if self._is_quote() else is_quiet(source)
            if too_long or (ends_part and "|" not in self._lines[-1]):
                self._go_on(start)

    def _go_on(self, start: int) -> None:
        """What comes of a paragraph or a quote, at `start`, goes into a block of its own."""
        is_quote = self._is_quote()
        self._begin(Kind.PARAGRAPH)
        self._start, self._goes_on_in_quote = start, is_quote
        self._continues, self._joint = True, "\n"

    def _leave_item(self, start: int) -> None:
        """What comes of an item, at `start`, goes into blocks of its own."""
        fence, first = self._inner_fence, self._lines[0]
        self._close()
        self._items.append(len(first) - len(_MARKER.sub("", first)))
        self._begin(Kind.CODE if fence else Kind.PARAGRAPH)
        self._start, self._fence = start, fence
        self._continues, self._joint = True, "\n"

    def _inside(self, line: str) -> str:
        """A line without the indent of the items that go on; ends those that it is no part of."""
        if not self._items:
            return line
        if not line.strip():
            self._blank_inside = True
            return ""
        indent = _indent(line)
        if indent < 2 * len(self._items) and self._kind is not Kind.CODE:
            is_lazy = not (self._blank_inside or self._starts_another(line))
            while self._items and indent < 2 * len(self._items) and not is_lazy:
                self._close()
                self._continues = False
                self._items.pop()
        self._blank_inside = False
        return self._without_indent(line)

    def _without_indent(self, line: str) -> str:
        if not self._items or self._midline:
            return line
        if line.startswith("\t"):
            line = line.expandtabs(4)
        return line[min(_indent(line), sum(self._items)) :]

    # -- state -------------------------------------------------------------------------------------------

    def _begin(self, kind: Kind, line: str | None = None) -> None:
        self._close()
        self._kind, self._start = kind, self._at
        if line is not None:
            self._add(line)

    def _add(self, line: str) -> None:
        self._lines.append(line)
        self._size += len(line) + 1

    def _close(self) -> None:
        if self._kind is not None:
            if self._lines or not self._continues:
                while self._kind is not Kind.CODE and self._lines and not self._lines[-1]:
                    self._lines.pop()
                self.closed.append(self._block(self._lines))
            self._continues, self._joint = False, " "
        self._kind, self._lines, self._size = None, [], 0
        self._fence = self._inner_fence = self._language = self._head = ""
        self._after_blank = self._goes_on_in_quote = False
        self._indent = 0

    def _block(self, lines: list[str]) -> Block:
        assert self._kind is not None  # noqa: S101 - a block is open
        source = "\n".join(lines)
        state = (self._language, self._continues, self._joint, self._head, len(self._items), self._start)
        return Block(self._kind, source, *state)

    def _is_quote(self) -> bool:
        return bool(_QUOTE.match(self._lines[0])) if self._lines else self._goes_on_in_quote

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


def _indent(line: str) -> int:
    """Columns of white space; a tab counts as four."""
    white = line[: len(line) - len(line.lstrip(" \t"))]
    return len(white) + 3 * white.count("\t")
