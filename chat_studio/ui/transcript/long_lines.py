"""Where an endless paragraph may be cut: laying it out again for each word would cost more with every word."""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of a line after which the next quiet place is taken."""
HARDEST = 4 * LONGEST
"""Characters after which a line without a quiet place is cut anyway: a megabyte of base64 has none."""

_GAP = re.compile(r"(?<=\w[,.;:?!]) (?=[^\W\d])|(?<=\w) (?=[^\W\d])")
_STRUCTURED = re.compile(r"\s*(?:[#>|]|[-*+]\s|\d{1,9}[.)]\s|\[\^?[^\]]*\]:)")
_PAIRS = ("**", "~~", "`", "$", "*")


def quiet_place(before: str, line: str) -> int | None:
    """The index of the first space behind LONGEST at which all markup is closed, None if there is none yet.

    `before` are the paragraph's lines above. Lines with a structure of their own (tables, quotes) are left alone.
    """
    if len(line) <= LONGEST or _STRUCTURED.match(before or line) or "|" in line[:LONGEST]:
        return None
    for gap in _GAP.finditer(line, LONGEST):
        if _is_closed(before + line[: gap.start()]):
            return gap.start()
    return HARDEST if len(line) > HARDEST else None


def _is_closed(text: str) -> bool:
    return all(text.count(pair) % 2 == 0 for pair in _PAIRS) and text.count("[") == text.count("]")
