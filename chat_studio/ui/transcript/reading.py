"""What a block reads like: the characters its document shows, and what they mean, told without making the document.

Copying and finding work on this, so that a message that was never laid out can be copied and searched. Positions are
the document's: UTF-16 units, one for each line's end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from chat_studio.ui.transcript.parser import block_tokens, is_table
from chat_studio.ui.transcript.splitter import Block, Kind

if TYPE_CHECKING:
    from markdown_it.token import Token

BREAK = "\u2028"
"""A line break inside a paragraph, as Qt writes it."""
OBJECT = "\ufffc"
"""A formula or a picture, whatever its source is."""
NOTE_MARK = "[^"
"""Stands before the label of a footnote."""
BULLET, OPEN_BOX, CHECKED_BOX = "•", "☐", "☑"
_MARKS = {"strong_open": "**", "em_open": "*", "s_open": "~~"}


class Form(Enum):
    """What a line of a reading is."""

    BODY = auto()
    HEADING = auto()
    CODE = auto()
    MATH = auto()
    CELL = auto()
    RULE = auto()
    LITERAL = auto()


@dataclass(frozen=True)
class Run:
    """Characters of one kind. `marks` are the Markdown around them, the outermost first; a link's is `[` and target."""

    text: str
    marks: tuple[str, ...] = ()
    form: Form = Form.BODY  # CODE and MATH within a line
    is_object: bool = False  # one character of the document stands for the text

    @property
    def shown(self) -> str:
        return OBJECT if self.is_object else self.text


@dataclass(frozen=True)
class Line:
    """One paragraph of the document. `inside` are the quotes and items around it, as Markdown begins their lines."""

    runs: tuple[Run, ...]
    form: Form = Form.BODY
    inside: tuple[str, ...] = ()
    marker: str = ""  # of the item that begins here: “- ”, “2. ”
    sign: str = ""  # the same as it is read: “•”, “2.”, “☐”
    detail: str = ""  # a heading's marker, code's language, a cell's alignment
    cell: tuple[int, int] = (0, 0)  # row and column

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def shown(self) -> str:
        return "".join(run.shown for run in self.runs)


def units(text: str) -> int:
    """The length in UTF-16 units, in which documents count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def slice_units(text: str, start: int, end: int) -> str:
    if text.isascii() or units(text) == len(text):
        return text[max(start, 0) : max(end, 0)]
    raw = text.encode("utf-16-le", "surrogatepass")[2 * max(start, 0) : 2 * max(end, 0)]
    return raw.decode("utf-16-le", "replace")


def read(block: Block, *, is_open: bool = False) -> list[Line]:
    """The lines of a block, the open one as far as it is shown."""
    if block.kind is Kind.CODE:
        return [Line((Run(line),), Form.CODE, detail=block.language) for line in block.source.split("\n")]
    if block.kind is Kind.LITERAL:
        return [Line((Run(line),), Form.LITERAL) for line in block.source.removesuffix("\n").split("\n")]
    if is_rule(block):
        return [Line((), Form.RULE)]
    if block.head:
        rows = read(replace(block, source=f"{block.head}\n{block.source}", head=""), is_open=is_open)
        return [line for line in rows if line.form is not Form.CELL or line.cell[0]]
    source = block.source
    if not is_open and (plain := plain_paragraph(block)) is not None:
        return [Line((Run(plain),))]
    lines = _Reader().read(block_tokens(block, is_open=is_open))
    if is_open and source.endswith(" ") and not is_table(source):
        lines[-1] = _with_spaces(lines[-1], source[len(source.rstrip(" ")) :])
    return lines


def shown(lines: list[Line]) -> str:
    """The characters of the document, lines apart by line feeds."""
    return "\n".join(line.shown for line in lines)


def is_rule(block: Block) -> bool:
    source = block.source.replace(" ", "")
    return block.kind is Kind.PARAGRAPH and len(source) > 2 and set(source) in ({"-"}, {"*"}, {"_"})


_SPECIAL = re.compile(r"[\\`*_~\[\]<>&$|:^\t]|\n *(?:=+|-+) *(?:\n|\Z)")
_BEGINS_BLOCK = re.compile(r" {0,3}(?:#|[-+](?:\s|\Z)|\d{1,9}[.)](?:\s|\Z))| {4}")
_LINE_END = re.compile(r" *\n *")


def plain_paragraph(block: Block) -> str | None:
    """What a paragraph without any markup shows; None where the parser must be asked, which takes much longer."""
    source = block.source
    if block.kind is not Kind.PARAGRAPH or _SPECIAL.search(source) or _BEGINS_BLOCK.match(source):
        return None
    if "\n" in source and any(map(_BEGINS_BLOCK.match, source.split("\n"))):
        return None
    return _LINE_END.sub(BREAK, source.strip(" \n"))


class _Reader:
    """Turns tokens into lines, in the order in which the writer makes paragraphs of them."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._inside: list[str] = []
        self._lists: list[int | None] = []  # the number of the next item, None for bullets
        self._marker = self._sign = ""
        self._heading = ""
        self._note = ""
        self._closes_table = False

    def read(self, tokens: list[Token]) -> list[Line]:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "table_open":
                position = self._table(tokens, position)
            else:
                handler = getattr(self, f"_on_{token.type}", None)
                if handler is not None:
                    handler(token)
            position += 1
        return self._lines or [Line(())]

    # -- blocks ------------------------------------------------------------------------------------------

    def _on_bullet_list_open(self, _: Token) -> None:
        self._lists.append(None)

    def _on_ordered_list_open(self, token: Token) -> None:
        self._lists.append(int(token.attrs.get("start", 1)))

    def _on_bullet_list_close(self, _: Token) -> None:
        self._lists.pop()

    _on_ordered_list_close = _on_bullet_list_close

    def _on_list_item_open(self, token: Token) -> None:
        number = self._lists[-1]
        self._marker = f"{token.markup or '-'} " if number is None else f"{number}{token.markup or '.'} "
        self._sign = BULLET if number is None else self._marker.strip()
        self._inside.append(" " * len(self._marker))
        if number is not None:
            self._lists[-1] = number + 1

    def _on_list_item_close(self, _: Token) -> None:
        self._inside.pop()

    def _on_blockquote_open(self, _: Token) -> None:
        self._inside.append("> ")

    def _on_blockquote_close(self, _: Token) -> None:
        self._inside.pop()

    def _on_heading_open(self, token: Token) -> None:
        self._heading = "#" * int(token.tag[1]) + " "

    def _on_heading_close(self, _: Token) -> None:
        self._heading = ""

    def _on_fence(self, token: Token) -> None:
        text = token.content.rstrip("\n").replace("\n", BREAK)
        self._add((Run(text),), Form.CODE, token.info.strip().partition(" ")[0])

    _on_code_block = _on_fence

    def _on_math_block(self, token: Token) -> None:
        self._add((Run(token.content.strip().replace("\n", BREAK), is_object=True),), Form.MATH)

    _on_math_single = _on_math_block

    def _on_note_open(self, token: Token) -> None:
        self._note = f"{token.info} "

    def _on_inline(self, token: Token) -> None:
        if token.children and token.children[0].type == "html_inline":
            checked = 'checked="checked"' in token.children[0].content
            self._sign = CHECKED_BOX if checked else OPEN_BOX
            self._marker += "[x] " if checked else "[ ] "
        form = Form.HEADING if self._heading else Form.BODY
        runs = list(_runs(token.children or []))
        if self._note:
            runs.insert(0, Run(self._note))
            self._note = ""
        self._add(tuple(runs), form, self._heading)

    def _add(self, runs: tuple[Run, ...], form: Form, detail: str = "") -> None:
        line = Line(runs, form, tuple(self._inside), self._marker, self._sign, detail)
        self._marker = self._sign = ""
        if self._closes_table:
            self._lines.pop()  # the empty paragraph behind a table is the next one
            self._closes_table = False
        self._lines.append(line)

    def _table(self, tokens: list[Token], position: int) -> int:
        """Reads a table between two empty paragraphs, as documents have it; returns where it closes."""
        if not self._lines or self._closes_table:
            self._add((), Form.BODY)
        row = column = -1
        level = tokens[position].level
        while not (tokens[position].type == "table_close" and tokens[position].level == level):
            token = tokens[position]
            if token.type == "tr_open":
                row, column = row + 1, -1
            elif token.type in ("th_open", "td_open"):
                column += 1
                runs = tuple(_runs(tokens[position + 1].children or []))
                align = str(token.attrs.get("style", "")).removeprefix("text-align:")
                self._lines.append(Line(runs, Form.CELL, tuple(self._inside), detail=align, cell=(row, column)))
            position += 1
        self._lines.append(Line((), Form.BODY, tuple(self._inside)))
        self._closes_table = True
        return position


def _runs(tokens: list[Token]) -> Iterator[Run]:
    """Text with the emphasis around it, as the writer inserts it."""
    marks: list[str] = []
    after_check_box = False
    for token in tokens:
        if token.type in _MARKS:
            marks.append(_MARKS[token.type])
        elif token.type == "link_open":
            marks.append(f"[{token.attrs.get('href', '')}")
        elif token.type.endswith("_close"):
            marks.pop()
        elif token.type == "html_inline":
            after_check_box = True
        elif run := _run(token, tuple(marks)):
            yield replace(run, text=run.text.removeprefix(" ")) if after_check_box else run
            after_check_box = False


def _run(token: Token, marks: tuple[str, ...]) -> Run | None:
    if token.type in ("softbreak", "hardbreak"):
        return Run(BREAK, marks)
    if token.type == "code_inline":
        return Run(token.content, marks, Form.CODE)
    if token.type.startswith("math_inline"):
        return Run(token.content, marks, Form.MATH, is_object=True)
    if token.type == "image":
        target = str(token.attrs.get("src", ""))
        return Run(token.content or target, (*marks, f"![{target}"), is_object=True)
    if token.type == "note_ref":
        return Run(token.content, (*marks, NOTE_MARK))
    return Run(token.content, marks) if token.content else None


def _with_spaces(line: Line, spaces: str) -> Line:
    return replace(line, runs=(*line.runs, Run(spaces)))
