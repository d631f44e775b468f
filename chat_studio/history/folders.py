"""Folders, tags, pins and the archive: where conversations are kept. Each change is undone by its inverse."""

from __future__ import annotations

import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chat_studio.errors import FolderNotFound
from chat_studio.history.db import transaction
from chat_studio.history.fold import fold
from chat_studio.history.records import Folder
from chat_studio.history.rows import tags_of, tags_text


@dataclass(frozen=True)
class FolderCount:
    """A folder and how many conversations it has, without archived and deleted ones."""

    folder: Folder
    conversations: int


@dataclass(frozen=True)
class TagCount:
    """A tag and how many conversations have it, without archived and deleted ones."""

    tag: str
    conversations: int


def folder_counts(db: sqlite3.Connection) -> list[FolderCount]:
    """By name, as people sort names."""
    counts = dict(
        db.execute(
            "SELECT folder_id, count(*) FROM conversations INDEXED BY conversations_by_folder"
            " WHERE folder_id != '' AND deleted_at IS NULL AND archived = 0 GROUP BY folder_id"
        ).fetchall()
    )
    folders = [Folder(row["id"], row["name"]) for row in db.execute("SELECT id, name FROM folders")]
    return [
        FolderCount(folder, counts.get(folder.id, 0))
        for folder in sorted(folders, key=lambda folder: (fold(folder.name), folder.name, folder.id))
    ]


def tag_counts(db: sqlite3.Connection) -> list[TagCount]:
    """By name, as people sort names."""
    counts: Counter[str] = Counter()
    for row in db.execute(
        "SELECT tags, count(*) AS conversations FROM conversations INDEXED BY conversations_by_tags"
        " WHERE tags != '' AND deleted_at IS NULL AND archived = 0 GROUP BY tags"
    ):
        for tag in tags_of(row["tags"]):
            counts[tag] += row["conversations"]
    return [TagCount(tag, counts[tag]) for tag in sorted(counts, key=lambda tag: (fold(tag), tag))]


def create(db: sqlite3.Connection, name: str) -> Folder:
    folder = Folder(uuid.uuid4().hex, _name(name))
    _insert(db, folder)
    return folder


def rename(db: sqlite3.Connection, folder_id: str, name: str) -> Folder:
    folder = Folder(folder_id, _name(name))
    if db.execute("UPDATE folders SET name = ? WHERE id = ?", (folder.name, folder_id)).rowcount == 0:
        raise _not_found(folder_id)
    return folder


def delete(db: sqlite3.Connection, folder_id: str) -> tuple[str, ...]:
    """Removes a folder; its conversations are outside of folders then. Returns their ids, for `put_back`."""
    with transaction(db):
        rows = db.execute("SELECT id FROM conversations WHERE folder_id = ?", (folder_id,)).fetchall()
        db.execute("UPDATE conversations SET folder_id = '' WHERE folder_id = ?", (folder_id,))
        if db.execute("DELETE FROM folders WHERE id = ?", (folder_id,)).rowcount == 0:
            raise _not_found(folder_id)
    return tuple(row["id"] for row in rows)


def put_back(db: sqlite3.Connection, folder: Folder, conversation_ids: Sequence[str]) -> None:
    """The inverse of `delete`. What has gone into another folder meanwhile stays there."""
    with transaction(db):
        _insert(db, folder)
        db.executemany(
            "UPDATE conversations SET folder_id = ? WHERE id = ? AND folder_id = ''",
            [(folder.id, conversation_id) for conversation_id in conversation_ids],
        )


def move(db: sqlite3.Connection, conversation_ids: Sequence[str], folder_id: str) -> None:
    with transaction(db):
        if folder_id and db.execute("SELECT 1 FROM folders WHERE id = ?", (folder_id,)).fetchone() is None:
            raise _not_found(folder_id)
        _set(db, "UPDATE conversations SET folder_id = ? WHERE id = ?", folder_id, conversation_ids)


def pin(db: sqlite3.Connection, conversation_ids: Sequence[str], pinned: bool) -> None:
    with transaction(db):
        _set(db, "UPDATE conversations SET pinned = ? WHERE id = ?", int(pinned), conversation_ids)


def archive(db: sqlite3.Connection, conversation_ids: Sequence[str], archived: bool) -> None:
    with transaction(db):
        _set(db, "UPDATE conversations SET archived = ? WHERE id = ?", int(archived), conversation_ids)


def tag(
    db: sqlite3.Connection, conversation_ids: Sequence[str], add: Iterable[str], remove: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Gives tags to conversations and takes others from them; returns the tags that each had before."""
    added, removed = set(tags_of(tags_text(add))), set(tags_of(tags_text(remove)))
    before: dict[str, tuple[str, ...]] = {}
    with transaction(db):
        for conversation_id in conversation_ids:
            row = db.execute("SELECT tags FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
            if row is not None:
                before[conversation_id] = tags_of(row["tags"])
                set_tags(db, conversation_id, (set(before[conversation_id]) - removed) | added)
    return before


def set_tags(db: sqlite3.Connection, conversation_id: str, wanted: Iterable[str]) -> None:
    db.execute("UPDATE conversations SET tags = ? WHERE id = ?", (tags_text(wanted), conversation_id))


def _set(db: sqlite3.Connection, statement: str, value: str | int, conversation_ids: Sequence[str]) -> None:
    db.executemany(statement, [(value, conversation_id) for conversation_id in conversation_ids])


def _insert(db: sqlite3.Connection, folder: Folder) -> None:
    db.execute("INSERT OR REPLACE INTO folders (id, name) VALUES (?, ?)", (folder.id, folder.name))


def _name(name: str) -> str:
    return " ".join(name.split())


def _not_found(folder_id: str) -> FolderNotFound:
    return FolderNotFound(
        f"There is no folder “{folder_id}” in the history.", hint="See which there are: chat-studio history folders."
    )
