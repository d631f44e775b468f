"""A part of a reading as Markdown again: for selections that begin or end within a block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from chat_studio.ui.transcript.reading import BREAK, NOTE_MARK, Form, Line, Run

_ESCAPED = re.compile(r"[\\`*\[\]<]|(?<!\w)_|_(?!\w)|~~|\$(?=\S)")
_BLOCK_SIGN = re.compile(r"^(#{1,6}|[-+>]|\d{1,9}[.)])(?=\s|$)", re.MULTILINE)
_ALIGNMENTS = {"left": ":--", "right": "--:", "center": ":-:"}


def markdown(lines: Sequence[Line]) -> str:
    """The lines as Markdown that reads the same."""
    pieces: list[str] = []
    groups = [list(group) for _, group in groupby(lines, _group)]
    for index, group in enumerate(groups):
        if index:
            pieces.append(_between(groups[index - 1][-1], group[0]))
        pieces.append(_block(group, alone=len(groups) == 1))
    return "".join(pieces)


def inline(runs: Sequence[Run]) -> str:
    """Words with their emphasis. Markers stand next to letters: spaces at the rim of an emphasis go outside."""
    pieces: list[str] = []
    opened: tuple[str, ...] = ()
    spaces = ""
    for run in runs:
        text = run.text if run.form is not Form.BODY else _escaped(run.text)
        if not text.strip(" \n"):
            spaces += text
            continue
        common = _common(opened, run.marks)
        pieces += [_closing(mark) for mark in reversed(opened[common:])]
        body = text.strip(" \n") if run.form is Form.BODY else _verbatim(run)
        led, trailed = (text[: len(text) - len(text.lstrip(" \n"))], text[len(text.rstrip(" \n")) :])
        pieces += [spaces, led if run.form is Form.BODY else ""]
        pieces += [_opening(mark) for mark in run.marks[common:]]
        pieces.append(body)
        opened, spaces = run.marks, trailed if run.form is Form.BODY else ""
    pieces += [_closing(mark) for mark in reversed(opened)]
    return "".join([*pieces, spaces])


def fenced(code: str, language: str) -> str:
    longest = max((len(found) for found in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def _group(line: Line) -> tuple[Form, tuple[str, ...], int]:
    """Lines that make one block: those of code, and the cells of a table."""
    many = line.form in (Form.CODE, Form.CELL, Form.LITERAL)
    return (line.form, line.inside, 0) if many else (line.form, line.inside, id(line))


def _block(lines: list[Line], *, alone: bool) -> str:
    first = lines[0]
    text = _text(lines, alone=alone)
    prefix = "".join(first.inside)
    begin = prefix
    if first.marker:
        begin = "".join(first.inside[:-1]) + first.marker
    return begin + text.replace("\n", "\n" + prefix)


def _text(lines: list[Line], *, alone: bool) -> str:
    first = lines[0]
    if first.form is Form.CODE:
        code = "\n".join(line.text.replace(BREAK, "\n") for line in lines)
        return _verbatim(Run(code, form=Form.CODE)) if alone and "\n" not in code else fenced(code, first.detail)
    if first.form is Form.LITERAL:
        return "\n".join(line.text for line in lines)
    if first.form is Form.CELL:
        return _table(lines) if len(lines) > 1 else inline(first.runs)
    if first.form is Form.MATH:
        return f"$$\n{first.text.replace(BREAK, chr(10))}\n$$"
    if first.form is Form.RULE:
        return "---"
    heading = first.detail if first.form is Form.HEADING else ""
    return heading + _BLOCK_SIGN.sub(r"\\\1", inline(first.runs)) if not heading else heading + inline(first.runs)


def _table(cells: list[Line]) -> str:
    """The rows that are touched, the first of them as the titles."""
    width = max(line.cell[1] for line in cells) + 1
    rows: list[str] = []
    for _, group in groupby(cells, lambda line: line.cell[0]):
        texts = {line.cell[1]: inline(line.runs).replace("|", r"\|").replace("\n", " ") for line in group}
        rows.append("| " + " | ".join(texts.get(column, "") for column in range(width)) + " |")
    aligned = {line.cell[1]: _ALIGNMENTS.get(line.detail, "---") for line in cells}
    rows.insert(1, "| " + " | ".join(aligned.get(column, "---") for column in range(width)) + " |")
    return "\n".join(rows)


def _between(above: Line, line: Line) -> str:
    """Items follow each other in the next line, other blocks after an empty one."""
    if line.marker:
        return "\n"
    depth = _common(above.inside, line.inside)
    return "\n" + "".join(line.inside[:depth]).rstrip() + "\n"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text).replace(BREAK, "\n")


def _verbatim(run: Run) -> str:
    text = run.text.replace(BREAK, "\n")
    if run.form is Form.MATH:
        return f"${text}$"
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _opening(mark: str) -> str:
    if mark == NOTE_MARK:
        return mark
    return mark[:2] if mark.startswith("![") else mark[:1] if mark.startswith("[") else mark


def _closing(mark: str) -> str:
    if mark == NOTE_MARK:
        return "]"
    return f"]({mark.partition('[')[2]})" if "[" in mark else mark
