"""The piece of a text in which the terms of a search stand, with marks around them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import islice

from chat_studio.history.fold import fold
from chat_studio.history.terms import UNSPACED, Term, is_unspaced

LENGTH = 160
"""Characters of a snippet, at most."""
BEFORE = 40
"""Characters that may stand before the first match."""
READ = 100_000
"""Characters of a text that are looked at. What begins to match after them is not shown."""
_LOOKED_AT = 20
"""Matches among which the place is chosen where most terms stand together."""

_BLANK = re.compile(r"[\s\x02\x03]+")
_LETTER = r"[^\W_]"
_OTHER_LETTER = f"[^\\W_{UNSPACED}]"
_MARKS = "[\u0300-\u036f]*"
_VARIED = ((0xC0, 0x250), (0x370, 0x530), (0x1E00, 0x2000))
"""Where letters with diacritics are: Latin, Greek, Cyrillic."""


class Marker:
    """Finds and marks the terms of a search in texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        self._patterns: dict[bool, re.Pattern[str]] = {}

    def snippet(self, text: str) -> str:
        """On one line, the matches between U+0002 and U+0003, “…” where text is left out."""
        pattern = self._pattern(inside=is_unspaced(text))
        start = self._best(pattern, text)
        first, last = max(0, start - 2 * BEFORE), start + 2 * LENGTH
        before, after = _plain(text[first:start]).lstrip(), _plain(text[start:last]).rstrip()
        piece = before + after
        begin, end = _window(piece, len(before))
        shown = pattern.sub("\x02\\g<0>\x03", piece[begin:end])
        return f"{'…' if first + begin else ''}{shown}{'…' if end < len(piece) or last < len(text) else ''}"

    def marked(self, title: str) -> str:
        """A title with marks; terms are found inside of words."""
        return self._pattern(inside=True).sub("\x02\\g<0>\x03", title.replace("\x02", " ").replace("\x03", " "))

    def _best(self, pattern: re.Pattern[str], text: str) -> int:
        """Where the first match of the snippet begins."""
        if len(self._terms) == 1:
            match = pattern.search(text)
            return match.start() if match else 0
        found = [(match.start(), match.lastgroup) for match in islice(pattern.finditer(text), _LOOKED_AT)]
        best, most = 0, 0
        for start, _ in found:
            near = len({term for place, term in found if start <= place < start + LENGTH - BEFORE})
            if near > most:
                best, most = start, near
        return best

    def _pattern(self, *, inside: bool) -> re.Pattern[str]:
        if inside not in self._patterns:
            patterns = [_pattern_of(term, inside=inside) for term in self._terms]
            longest_first = sorted(filter(None, patterns), key=len, reverse=True)
            groups = [f"(?P<t{number}>{pattern})" for number, pattern in enumerate(longest_first)]
            self._patterns[inside] = re.compile("|".join(groups) or "(?!)", re.IGNORECASE)
        return self._patterns[inside]


def _plain(text: str) -> str:
    """Without line breaks and characters that are marks."""
    return _BLANK.sub(" ", text)


def _window(text: str, start: int) -> tuple[int, int]:
    """Begin and end of the piece that shows what stands at `start`, at words' ends where there are some near."""
    if len(text) <= LENGTH:
        return 0, len(text)
    begin = max(0, min(start - BEFORE, len(text) - LENGTH))
    if begin:
        space = text.find(" ", begin, start)
        begin = space + 1 if space >= 0 else begin
    end = min(len(text), begin + LENGTH)
    if end < len(text):
        space = text.rfind(" ", end - BEFORE, end)
        end = space if space > start else end
    return begin, end


def _pattern_of(term: Term, *, inside: bool) -> str:
    """As the index finds it: words by their letters and digits, whatever stands between them."""
    if inside or term.is_unspaced:
        body = r"\s+".join("".join(map(_variants, word)) for word in term.text.split())
        return body + (f"{_OTHER_LETTER}*" if term.is_prefix and not term.is_unspaced else "")
    words = re.findall(f"{_LETTER}+", unicodedata.normalize("NFC", term.text))
    body = r"[\W_]+".join("".join(map(_variants, word)) for word in words)
    return f"(?<!{_LETTER}){body}{f'{_LETTER}*' if term.is_prefix else f'(?!{_LETTER})'}"


def _variants(letter: str) -> str:
    """A pattern of the letter with any diacritics and none."""
    folded = fold(letter)
    if len(folded) != 1 or not folded.isalpha():
        return re.escape(letter)
    return f"[{re.escape(folded)}{_by_base()[folded]}]{_MARKS}"


@cache
def _by_base() -> defaultdict[str, str]:
    """Small letters with diacritics, by the one without."""
    found: defaultdict[str, str] = defaultdict(str)
    for first, last in _VARIED:
        for letter in map(chr, range(first, last)):
            base = fold(letter)
            if letter.islower() and base != letter and len(base) == 1:
                found[base] += letter
    return found
