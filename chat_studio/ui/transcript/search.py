"""Finding text in a conversation, also in messages that have no widget at the moment."""

from __future__ import annotations

from collections.abc import Sequence

from chat_studio.history.records import MessageRecord


class Finder:
    """Steps through the matches of a text. `position` counts from 1; 0 means none."""

    def __init__(self) -> None:
        self.position = 0
        self.count = 0
        self._text = ""

    def clear(self) -> None:
        self.position = self.count = 0
        self._text = ""

    def step(self, text: str, records: Sequence[MessageRecord], *, forward: bool) -> tuple[int, int, str] | None:
        """The next match as (number of the record, number of the match within it, text); None: there is none."""
        needle = text.casefold()
        matches = [
            (index, nth, text)
            for index, record in enumerate(records)
            for nth in range(record.message.text.casefold().count(needle) if needle else 0)
        ]
        self.count = len(matches)
        if not matches:
            self.position = 0
            self._text = text
            return None
        if text != self._text:
            self._text, self.position = text, (0 if forward else 1)
        self.position = (self.position - 1 + (1 if forward else -1)) % self.count + 1
        return matches[self.position - 1]
