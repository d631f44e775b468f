"""Footnotes: `[^label]` in the text, and `[^label]: words` where the note stands.

Blocks are parsed apart, so a reference does not know its note; it is looked for when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from chat_studio.ui.transcript.splitter import Block

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

NOTE = "note:"
"""How the target of a reference begins; its label follows."""
_REFERENCE = re.compile(r"\[\^([^\]\s\[^]{1,40})\](?!:)")
_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s\[^]{1,40})\]:[ \t]*")
MISSING = "This note is not in the answer."


def notes_plugin(parser: MarkdownIt) -> None:
    """Tokens: note_ref, with the label as its content; note_open, with the label in `info`, inline, note_close."""
    parser.inline.ruler.before("link", "note_ref", _reference)
    parser.block.ruler.before("reference", "note", _definition, {"alt": ["paragraph"]})


def note_text(blocks: Iterable[Block], label: str) -> str:
    """The words of a note, found in the blocks of its answer."""
    for block in blocks:
        if "[^" not in block.source:
            continue
        lines = block.source.split("\n")
        for number, line in enumerate(lines):
            if (found := _DEFINITION.match(line)) and found[1] == label:
                return " ".join([line[found.end() :], *_continuation(lines[number + 1 :])]).strip()
    return MISSING


def _continuation(lines: list[str]) -> Iterable[str]:
    for line in lines:
        if not line.strip() or _DEFINITION.match(line):
            return
        yield line.strip()


def _reference(state: StateInline, silent: bool) -> bool:
    found = _REFERENCE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("note_ref", "", 0).content = found[1]
    state.pos = found.end()
    return True


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    found = _DEFINITION.match(state.src, begin, state.eMarks[start])
    if found is None:
        return False
    if silent:
        return True
    line = start + 1
    while line < end and not state.isEmpty(line) and not _begins_note(state, line):
        line += 1
    token = state.push("note_open", "", 1)
    token.info, token.map = found[1], [start, line]
    inline = state.push("inline", "", 0)
    inline.content = state.src[found.end() : state.eMarks[line - 1]].strip()
    inline.map, inline.children = [start, line], []
    state.push("note_close", "", -1)
    state.line = line
    return True


def _begins_note(state: StateBlock, line: int) -> bool:
    begin = state.bMarks[line] + state.tShift[line]
    return bool(_DEFINITION.match(state.src, begin, state.eMarks[line]))
