"""Conversations as a whole, with all that belongs to them: what an export reads, and an import writes."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple

from chat_studio.history import conversations, desks, messages
from chat_studio.history.branch import Branch
from chat_studio.history.db import transaction
from chat_studio.history.records import ConversationRecord, Desk, Folder, MessageRecord, MessageState
from chat_studio.history.rows import COLUMNS, time_of, time_text


@dataclass(frozen=True)
class Whole:
    """A conversation with its messages of all branches, deleted ones too, in the order in which they were written.

    `deleted` has the times at which messages were deleted, by their ids; `deleted_at` is the conversation's own.
    """

    conversation: ConversationRecord
    messages: Branch
    deleted: Mapping[str, datetime] = field(default_factory=dict)
    desk: Desk = Desk()  # noqa: RUF009 - frozen
    deleted_at: datetime | None = None


class Taken(NamedTuple):
    """What became of a conversation that was handed to `take`; `messages` of it were new."""

    conversation_id: str
    outcome: Literal["added", "updated", "restored", "known"]
    messages: int


# -- reading -------------------------------------------------------------------------------------------------


def ids(db: sqlite3.Connection, *, deleted: bool) -> list[str]:
    """All conversations, the oldest first; those that are deleted only when they are asked for."""
    rows = db.execute("SELECT id FROM conversations WHERE ? OR deleted_at IS NULL ORDER BY created_at, id", (deleted,))
    return [row["id"] for row in rows]


def read(db: sqlite3.Connection, conversation_id: str) -> Whole:
    """Everything of one conversation. A running answer is there as one that was interrupted, as far as it came."""
    conversation = conversations.one(db, conversation_id)
    rows = db.execute(
        f"SELECT {COLUMNS}, deleted_at FROM messages WHERE conversation_id = ? ORDER BY number",  # noqa: S608
        (conversation_id,),
    )
    deleted: dict[str, datetime] = {}
    branch = Branch.of_rows(_noting(rows, deleted))
    for index in range(len(branch)):
        if branch.state(index) is MessageState.STREAMING:
            branch.put(index, replace(messages.journalled(db, branch[index]), state=MessageState.INTERRUPTED))
    time = db.execute("SELECT deleted_at FROM conversations WHERE id = ?", (conversation_id,)).fetchone()[0]
    deleted_at = time_of(time) if time else None
    return Whole(conversation, branch, deleted, desks.one(db, conversation_id), deleted_at)


def folders(db: sqlite3.Connection) -> list[Folder]:
    return [Folder(row["id"], row["name"]) for row in db.execute("SELECT id, name FROM folders ORDER BY name, id")]


def known(db: sqlite3.Connection, wanted: Iterable[tuple[str, str]]) -> list[str | None]:
    """For each (id, source) the stored conversation that is the same one, or None."""
    return [_stored(db, conversation_id, source) for conversation_id, source in wanted]


def _noting(rows: Iterable[sqlite3.Row], deleted: dict[str, datetime]) -> Iterable[sqlite3.Row]:
    """The rows as they are; notes which of them are deleted."""
    for row in rows:
        if row["deleted_at"] is not None:
            deleted[row["id"]] = time_of(row["deleted_at"])
        yield row


# -- writing -------------------------------------------------------------------------------------------------


def take(db: sqlite3.Connection, batch: Sequence[Whole], named: Sequence[Folder] = ()) -> list[Taken]:
    """Stores conversations, all or none. One that is there gets the messages that it lacks, and is otherwise left as it
    is. `named` are the folders that the batch speaks of: one of the same id or name is used, else it is made.

    Ids stay, but for messages whose id another conversation has.
    """
    with transaction(db):
        places = {folder.id: _folder(db, folder) for folder in named}
        return [_take(db, whole, places) for whole in batch]


def _take(db: sqlite3.Connection, whole: Whole, places: Mapping[str, str]) -> Taken:
    stored = _stored(db, whole.conversation.id, whole.conversation.source)
    if stored is None:
        return _add(db, whole, places)
    return _complete(db, stored, whole)


def _add(db: sqlite3.Connection, whole: Whole, places: Mapping[str, str]) -> Taken:
    record = whole.conversation
    names = _names(db, record.id, whole.messages, ())
    leaf_id = names.get(record.leaf_id, _last_of(names)) if record.leaf_id else None
    conversations.insert(db, replace(record, leaf_id=leaf_id, folder_id=places.get(record.folder_id, "")))
    _delete(db, "conversations", record.id, whole.deleted_at)
    for message in whole.messages:
        _insert(db, message, record.id, names, whole.deleted)
    desks.put(db, record.id, whole.desk)
    return Taken(record.id, "added", len(whole.messages))


def _last_of(names: dict[str, str]) -> str | None:
    """What to show of a conversation whose leaf is none of its messages: the branch that was written last."""
    return names[next(reversed(names))] if names else None


def _complete(db: sqlite3.Connection, conversation_id: str, whole: Whole) -> Taken:
    """Adds the messages that are missing. The branch that is shown grows, if it is the one that went on."""
    present = {row["id"] for row in db.execute("SELECT id FROM messages WHERE conversation_id = ?", (conversation_id,))}
    names = _names(db, conversation_id, whole.messages, present)
    new = [message for message in whole.messages if names[message.id] not in present]
    for message in new:
        _insert(db, message, conversation_id, names, whole.deleted)
    restored = whole.deleted_at is None and _restore(db, conversation_id)
    if new:
        shape = messages.tree(db, conversation_id)
        leaf_id = names.get(whole.conversation.leaf_id or "")
        shown = conversations.one(db, conversation_id).leaf_id
        if leaf_id and (shown is None or shown in shape.path(leaf_id)):
            messages.set_leaf(db, conversation_id, leaf_id)
        db.execute(
            "UPDATE conversations SET updated_at = max(updated_at, ?) WHERE id = ?",
            (time_text(whole.conversation.updated_at), conversation_id),
        )
    outcome: Literal["updated", "restored", "known"] = "restored" if restored else "updated" if new else "known"
    return Taken(conversation_id, outcome, len(new))


def _insert(
    db: sqlite3.Connection,
    message: MessageRecord,
    conversation_id: str,
    names: Mapping[str, str],
    deleted: Mapping[str, datetime],
) -> None:
    parent_id = names.get(message.parent_id, message.parent_id) if message.parent_id else None
    name = names[message.id]
    messages.insert(db, replace(message, id=name, conversation_id=conversation_id, parent_id=parent_id))
    _delete(db, "messages", name, deleted.get(message.id))


def _delete(
    db: sqlite3.Connection, table: Literal["conversations", "messages"], row_id: str, time: datetime | None
) -> None:
    if time is not None:
        db.execute(f"UPDATE {table} SET deleted_at = ? WHERE id = ?", (time_text(time), row_id))  # noqa: S608


def _restore(db: sqlite3.Connection, conversation_id: str) -> bool:
    """Brings a deleted conversation back; whether it was one."""
    changed = "UPDATE conversations SET deleted_at = NULL WHERE id = ? AND deleted_at IS NOT NULL"
    return db.execute(changed, (conversation_id,)).rowcount > 0


def _names(db: sqlite3.Connection, conversation_id: str, branch: Branch, present: Collection[str]) -> dict[str, str]:
    """What each message is called here: its id, or one that is made of it where another conversation has that.

    The made one is always the same, so that a second import knows it. `present` are the conversation's own messages.
    """
    names: dict[str, str] = {}
    for index in range(len(branch)):
        name = branch.id(index)
        other = uuid.uuid5(uuid.NAMESPACE_OID, f"{conversation_id}/{name}").hex
        taken = name not in present and (other in present or _exists(db, name))
        names[name] = other if taken else name
    return names


def _exists(db: sqlite3.Connection, message_id: str) -> bool:
    return db.execute("SELECT 1 FROM messages WHERE id = ?", (message_id,)).fetchone() is not None


def _stored(db: sqlite3.Connection, conversation_id: str, source: str) -> str | None:
    """The conversation of this id; else the one that came from the same source, rather one that is not deleted."""
    row = db.execute("SELECT id FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    if row is None and source:
        row = db.execute(
            "SELECT id FROM conversations WHERE source = ? ORDER BY deleted_at IS NOT NULL, created_at LIMIT 1",
            (source,),
        ).fetchone()
    return row["id"] if row else None


def _folder(db: sqlite3.Connection, folder: Folder) -> str:
    """The id of the folder that stands for this one here; makes it where there is none."""
    row = db.execute(
        "SELECT id FROM folders WHERE id = ? OR name = ? ORDER BY id = ? DESC LIMIT 1",
        (folder.id, folder.name, folder.id),
    ).fetchone()
    if row is not None:
        return str(row["id"])
    db.execute("INSERT INTO folders (id, name) VALUES (?, ?)", (folder.id, folder.name))
    return folder.id
