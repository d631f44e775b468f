"""The list of conversations, a page at a time: however many there are, a page costs the same."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import NamedTuple

from chat_studio.history.fold import fold
from chat_studio.history.records import ConversationRecord
from chat_studio.history.rows import conversation_of, tags_text


@dataclass(frozen=True)
class ListQuery:
    """Which conversations are listed; deleted ones never are.

    All words of `title` must be in a title, anywhere, whatever their case and diacritics. `folder_id` is None for all
    folders and "" for outside of them. `pinned` and `archived` are None for both.
    """

    title: str = ""
    folder_id: str | None = None
    tag: str = ""
    pinned: bool | None = None
    archived: bool | None = False

    def holds(self, record: ConversationRecord) -> bool:
        """Whether a conversation that is not deleted is listed."""
        title = fold(record.title)
        return (
            (self.folder_id is None or record.folder_id == self.folder_id)
            and (not self.tag or self.tag in record.tags)
            and self.pinned in (None, record.pinned)
            and self.archived in (None, record.archived)
            and all(word in title for word in fold(self.title).split())
        )


EVERYTHING = ListQuery()
"""All conversations that are neither archived nor deleted."""


class Place(NamedTuple):
    """Where in the order a conversation stands: pinned ones first, then the one that changed last."""

    pinned: int
    updated_at: str
    id: str


@dataclass(frozen=True)
class Page:
    """Conversations in their order; `after` is where the next page begins, None at the end of the list."""

    conversations: tuple[ConversationRecord, ...]
    after: Place | None


def page(db: sqlite3.Connection, query: ListQuery, after: Place | None, limit: int) -> Page:
    found: list[sqlite3.Row] = []
    # the index has archived ones apart; what is asked of both together would be sorted anew for each page
    for archived in (False, True) if query.archived is None else (query.archived,):
        found += _rows(db, replace(query, archived=archived), after, limit + 1)
    found.sort(key=_place, reverse=True)
    more = len(found) > limit
    return Page(tuple(map(conversation_of, found[:limit])), _place(found[limit - 1]) if more else None)


def _rows(db: sqlite3.Connection, query: ListQuery, after: Place | None, limit: int) -> list[sqlite3.Row]:
    condition, values = _condition(query)
    if after is not None:
        condition, values = f"{condition} AND (pinned, updated_at, id) < (?, ?, ?)", [*values, *after]
    return db.execute(
        f"SELECT * FROM conversations WHERE {condition}"  # noqa: S608
        " ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT ?",
        (*values, limit),
    ).fetchall()


def _place(row: sqlite3.Row) -> Place:
    return Place(row["pinned"], row["updated_at"], row["id"])


def count(db: sqlite3.Connection, query: ListQuery) -> int:
    condition, values = _condition(query)
    found: int = db.execute(f"SELECT count(*) FROM conversations WHERE {condition}", values).fetchone()[0]  # noqa: S608
    return found


def beginning_with(
    db: sqlite3.Connection, beginning: str, limit: int, *, deleted: bool = False
) -> list[ConversationRecord]:
    """Conversations whose ids begin so, archived ones too; deleted ones instead if they are asked for."""
    rows = db.execute(
        "SELECT * FROM conversations WHERE id >= ? AND id < ? AND (deleted_at IS NOT NULL) = ? ORDER BY id LIMIT ?",
        (beginning, beginning + "\U0010ffff", deleted, limit),
    )
    return [conversation_of(row) for row in rows]


def _condition(query: ListQuery) -> tuple[str, list[str | int]]:
    conditions: list[str] = ["deleted_at IS NULL"]
    values: list[str | int] = []
    for name, wanted in (("archived", query.archived), ("pinned", query.pinned)):
        if wanted is not None:
            conditions.append(f"{name} = ?")
            values.append(int(wanted))
    if query.folder_id is not None:
        conditions.append("folder_id = ?")
        values.append(query.folder_id)
    if query.tag:
        conditions.append("instr(tags, ?)")
        values.append(tags_text([query.tag]))
    for word in fold(query.title).split():
        conditions.append("instr(title_folded, ?)")
        values.append(word)
    return " AND ".join(conditions), values
