"""Finding text in a conversation, also in messages that have no widget at the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat_studio.history.records import MessageRecord


@dataclass(frozen=True)
class Match:
    """The `nth` occurrence of a text in a record, both counted from 0."""

    record: int
    nth: int
    text: str


class Finder:
    """Steps through the matches of a text, around and around. `position` counts from 1; 0 means none."""

    def __init__(self) -> None:
        self.position = 0
        self.count = 0
        self._text = ""

    def clear(self) -> None:
        self.position = self.count = 0
        self._text = ""

    def step(self, text: str, records: Sequence[MessageRecord], *, forward: bool) -> Match | None:
        """The next match, or the previous one; case does not matter."""
        matches = [
            Match(index, nth, text) for index, record in enumerate(records) for nth in range(_occurrences(text, record))
        ]
        self.count = len(matches)
        if text != self._text or not matches:
            self._text = text
            self.position = 0 if forward or not matches else 1
        if not matches:
            return None
        self.position = (self.position - 1 + (1 if forward else -1)) % self.count + 1
        return matches[self.position - 1]


def _occurrences(text: str, record: MessageRecord) -> int:
    return record.message.text.casefold().count(text.casefold()) if text else 0
