"""A reading as plain text: what is read, with the signs of lists, and tables in columns apart by tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from chat_studio.ui.transcript.reading import BREAK, OBJECT, Form, Line, Run, slice_units, units

INDENT = "  "
RULE = "---"


def part(lines: Sequence[Line], start: int, end: int) -> list[Line]:
    """The lines of a range of positions. A line whose beginning is not taken loses its sign and its place in a list,
    and so does a lone one of which only a part is taken."""
    taken: list[Line] = []
    is_part = False
    at = 0
    for line in lines:
        length = units(line.shown)
        if start < at + length < end or at < end <= at + length or (not length and start <= at <= end):
            is_part = start > at or end < at + length
            taken.append(_cut(line, start - at, end - at) if is_part else line)
        at += length + 1
    if len(taken) == 1 and is_part:
        taken = [_bare(taken[0])]
    return _without_table_edges(taken)


def plain_text(lines: Sequence[Line]) -> str:
    """The lines as text."""
    first = [_plain_line(line) for line in lines[:1]]
    return "".join([*first, *(_between(above, line) + _plain_line(line) for above, line in pairwise(lines))])


def _plain_line(line: Line) -> str:
    if line.form is Form.RULE:
        return RULE
    if line.form in (Form.CODE, Form.LITERAL, Form.CELL):
        return line.text.replace(BREAK, " " if line.form is Form.CELL else "\n")
    depth = _depth(line)
    sign = INDENT * (depth - 1) + line.sign + " " if line.sign else INDENT * depth
    return sign + line.text.replace(BREAK, "\n" + INDENT * depth)


def _between(above: Line, line: Line) -> str:
    if line.form is above.form is Form.CELL:
        return "\t" if line.cell[0] == above.cell[0] else "\n"
    if line.form is above.form and line.form in (Form.CODE, Form.LITERAL):
        return "\n"
    return "\n" if line.sign or _depth(line) else "\n\n"


def _depth(line: Line) -> int:
    """How many lists a line stands in."""
    return sum(not container.startswith(">") for container in line.inside)


def _cut(line: Line, start: int, end: int) -> Line:
    runs: list[Run] = []
    at = 0
    for run in line.runs:
        text = run.text if run.is_object and start <= at < end else slice_units(run.shown, start - at, end - at)
        if text and text != OBJECT:
            runs.append(replace(run, text=text))
        at += units(run.shown)
    cut = replace(line, runs=tuple(runs))
    return _bare(cut) if start > 0 else cut


def _bare(line: Line) -> Line:
    """Words of a line, without what the line is."""
    form = Form.BODY if line.form is Form.HEADING else line.form
    return replace(line, form=form, inside=(), marker="", sign="")


def _without_table_edges(lines: list[Line]) -> list[Line]:
    """Documents have an empty paragraph before a table and behind it."""
    if not any(line.form is Form.CELL for line in lines):
        return lines
    return [line for line in lines if line.runs or line.form is not Form.BODY]
