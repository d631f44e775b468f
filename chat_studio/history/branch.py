"""One branch of a conversation, root to leaf, light enough to be whole in memory however long it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.history.rows import StoredMessage, message_of, role_of, shared_message, state_of
from chat_studio.messages import Role


class Branch(Sequence[MessageRecord]):
    """The messages of a branch. One that came from the database is kept as its row, and made a record when asked for:
    ten thousand records would take ten times the memory and the time of ten thousand rows.

    What a list of them needs to know (`id`, `role`, `text`) is told without making a record. Records compare by value,
    not by identity.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[MessageRecord | StoredMessage] = ()) -> None:
        self._entries = list(entries)

    @classmethod
    def of_rows(cls, rows: Iterable[sqlite3.Row], path: Sequence[str] | None = None) -> Branch:
        """The rows of a conversation's messages that a path names, in its order; all of them for None.

        They have `COLUMNS` first. Texts that many of them share are kept once.
        """
        known: dict[str, str] = {}
        if path is None:
            return cls(shared_message(row, known) for row in rows)
        stored: dict[str, StoredMessage | None] = dict.fromkeys(path)
        for row in rows:
            if row["id"] in stored:
                stored[row["id"]] = shared_message(row, known)
        return cls(filter(None, stored.values()))

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> MessageRecord: ...
    @overload
    def __getitem__(self, index: slice) -> Branch: ...
    def __getitem__(self, index: int | slice) -> MessageRecord | Branch:
        if isinstance(index, slice):
            return Branch(self._entries[index])
        entry = self._entries[index]
        return entry if isinstance(entry, MessageRecord) else message_of(entry)

    def __iter__(self) -> Iterator[MessageRecord]:
        return (self[index] for index in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(_equal, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Branch({list(self)!r})"

    def id(self, index: int) -> str:
        return self._entries[index].id

    def role(self, index: int) -> Role:
        entry = self._entries[index]
        return entry.message.role if isinstance(entry, MessageRecord) else role_of(entry.role)

    def state(self, index: int) -> MessageState:
        return state_of(self._entries[index].state)

    def text(self, index: int) -> str:
        """The message's text, without reasoning, files or tool calls."""
        entry = self._entries[index]
        return entry.message.text if isinstance(entry, MessageRecord) else entry.text

    def index_of(self, message_id: str) -> int | None:
        """Where a message stands; searched from the end, where things happen."""
        return next((i for i in reversed(range(len(self))) if self._entries[i].id == message_id), None)

    def shared(self, other: Branch) -> int:
        """How many messages at the beginning are the same ones in both, by their ids."""
        pairs = zip(self._entries, other._entries, strict=False)
        return next((number for number, (one, two) in enumerate(pairs) if one.id != two.id), min(len(self), len(other)))

    # -- changing ----------------------------------------------------------------------------------------

    def copy(self) -> Branch:
        return Branch(self._entries)

    def append(self, record: MessageRecord) -> None:
        self._entries.append(record)

    def put(self, index: int, record: MessageRecord) -> None:
        """Takes another state of a message."""
        self._entries[index] = record

    def cut(self, length: int) -> None:
        """Keeps so many messages of the beginning."""
        del self._entries[length:]


def _equal(one: MessageRecord, other: object) -> bool:
    return one == other
