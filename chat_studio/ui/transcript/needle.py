"""What is looked for in a conversation, and where it stands in a text that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from chat_studio.ui.transcript.reading import units

_SPACES = "[ \u00a0\u2028]"
"""A space finds a line's end within a paragraph, too."""
_MARKUP = re.compile(r"\]\([^)\n]*\)|[\W_]+")


class Needle:
    """A text that is looked for; case does not matter, accents do."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._pattern = re.compile(_SPACES.join(map(re.escape, text.split(" "))), re.IGNORECASE)
        self._bones = _bones(text)

    def count(self, shown: str) -> int:
        return sum(1 for _ in self._pattern.finditer(shown)) if self.text else 0

    def spans(self, shown: str) -> Iterator[tuple[int, int]]:
        """Where it stands, as positions of a document (UTF-16 units)."""
        simple = units(shown) == len(shown)
        for found in self._pattern.finditer(shown) if self.text else ():
            start, end = found.span()
            yield (start, end) if simple else (units(shown[:start]), units(shown[:end]))

    def may_be_in(self, source: str) -> bool:
        """Whether Markdown could show it: a quick look, so that few texts have to be read as Markdown."""
        if self._pattern.search(source):
            return True
        return not self._bones or self._bones in _bones(source)


def _bones(text: str) -> str:
    """Letters and figures only: no markup stands between them."""
    return _MARKUP.sub("", unescape(text) if "&" in text else text).casefold()
