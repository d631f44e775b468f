"""Where what has no end may be cut: laying it out again for each word would cost more with every word."""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of a paragraph or an item after which the next quiet place is taken."""
LOOSEST = 3000
"""Characters after which any space will do."""
MANY_LINES = 1000
"""Characters of a paragraph of several lines, after which the next quiet end of a line is taken."""
HARDEST = 2 * LONGEST
"""Characters after which a text without a quiet place is cut anyway: a megabyte of base64 has none."""

_GAP = re.compile(r"(?<=\S) (?=\S)")
_BETWEEN_WORDS = re.compile(r"(?<=\w[,.;:?!]) (?=[^\W\d])|(?<=\w) (?=[^\W\d])")
_STRUCTURED = re.compile(r"\s*(?:[#>|]|[-*+]\s|\d{1,9}[.)]\s|\[\^?[^\]]*\]:)")
_PICTURE = re.compile(r"!\[[^\]]*\]\(data:image/[^)]*\)?")
LONGEST_PICTURE = 28 * 1024**2
"""Characters of a picture in a data URI, which is not cut before."""
_MARKUP = re.compile(r"\*\*|\*|~~|[`$\[\]]")


def quiet_place(before: str, line: str) -> int | None:
    """The index of the first space behind LONGEST at which all markup is closed, None if there is none yet.

    `before` are the paragraph's lines above. Lines with a structure of their own (tables, quotes) are left alone.
    """
    if len(line) <= LONGEST or _STRUCTURED.match(before or line) or "|" in line[:LONGEST]:
        return None
    if holds_picture(line):
        return _behind_pictures(line)
    open_marks = _open_marks(before, set())
    at = 0
    for gap in _GAP.finditer(line, LONGEST, HARDEST + 2):
        open_marks = _open_marks(line[at : gap.start()], open_marks)
        at = gap.start()
        if not open_marks and (at > LOOSEST or _BETWEEN_WORDS.match(line, at)):
            return at
    return HARDEST if len(line) > HARDEST else None


def holds_picture(line: str) -> bool:
    """Whether a line begins with a picture in a data URI, or soon has one: a piece of one would be nothing."""
    return "](data:image/" in line[:HARDEST]


def _behind_pictures(line: str) -> int | None:
    """The first place behind the pictures at a line's begin; None while they come."""
    at = 0
    while (found := _PICTURE.search(line, at)) and found.start() < at + LONGEST:
        at = found.end()
        if line[at - 1] != ")":
            return None if at - found.start() < LONGEST_PICTURE else at
    return at if at < len(line) else None


def is_quiet(text: str) -> bool:
    """Whether all markup in a text is closed at its end."""
    return not _open_marks(text, set())


def _open_marks(text: str, were_open: set[str]) -> set[str]:
    """The marks that are open behind a text, when those of `were_open` are before it."""
    marks = set(were_open)
    for found in _MARKUP.finditer(text):
        mark = found[0]
        if mark == "]":
            marks.discard("[")
        elif mark == "[":
            marks.add("[")
        else:
            marks ^= {mark}
    return marks
