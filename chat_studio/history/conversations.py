"""The conversations table."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import datetime

from chat_studio.errors import ConversationNotFound
from chat_studio.history import blobs
from chat_studio.history.db import transaction
from chat_studio.history.fold import fold
from chat_studio.history.records import ConversationRecord, TitleBy
from chat_studio.history.rows import conversation_of, conversation_row, now, settings_text, time_text
from chat_studio.parameters import ConversationSettings

_TITLERS: tuple[TitleBy, ...] = ("question", "model", "user")


def new(connection_id: str, model: str, title: str = "") -> ConversationRecord:
    """A conversation that is not stored yet."""
    time = now()
    return ConversationRecord(uuid.uuid4().hex, title, time, time, connection_id, model)


def one(db: sqlite3.Connection, conversation_id: str) -> ConversationRecord:
    row = db.execute("SELECT * FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    if row is None:
        raise _not_found(conversation_id)
    return conversation_of(row)


def insert(db: sqlite3.Connection, record: ConversationRecord) -> None:
    row = conversation_row(record)
    db.execute(
        f"INSERT INTO conversations ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})",  # noqa: S608
        row,
    )


def retitle(db: sqlite3.Connection, conversation_id: str, title: str, by: TitleBy) -> None:
    """Names a conversation, unless the one who named it before had more to say."""
    weaker = _TITLERS[: _TITLERS.index(by) + 1]
    db.execute(
        "UPDATE conversations SET title = ?, title_folded = ?, title_by = ?"  # noqa: S608
        f" WHERE id = ? AND title_by IN ({', '.join('?' * len(weaker))})",
        (title, fold(title), by, conversation_id, *weaker),
    )
    one(db, conversation_id)


def set_settings(db: sqlite3.Connection, conversation_id: str, settings: ConversationSettings) -> None:
    values = (settings_text(settings), conversation_id)
    _change(db, conversation_id, "UPDATE conversations SET settings = ? WHERE id = ?", values)


def delete(db: sqlite3.Connection, conversation_id: str) -> None:
    _change(
        db, conversation_id, "UPDATE conversations SET deleted_at = ? WHERE id = ?", (time_text(now()), conversation_id)
    )


def restore(db: sqlite3.Connection, conversation_id: str) -> None:
    _change(db, conversation_id, "UPDATE conversations SET deleted_at = NULL WHERE id = ?", (conversation_id,))


def set_route(db: sqlite3.Connection, conversation_id: str, connection_id: str, model: str) -> None:
    _change(
        db,
        conversation_id,
        "UPDATE conversations SET connection_id = ?, model = ? WHERE id = ?",
        (connection_id, model, conversation_id),
    )


def purge_deleted(db: sqlite3.Connection, before: datetime) -> int:
    with transaction(db):
        gone = db.execute("DELETE FROM conversations WHERE deleted_at < ?", (time_text(before),)).rowcount
        blobs.purge(db)
        return gone


def _change(db: sqlite3.Connection, conversation_id: str, statement: str, values: tuple[str, ...]) -> None:
    if db.execute(statement, values).rowcount == 0:
        raise _not_found(conversation_id)


def _not_found(conversation_id: str) -> ConversationNotFound:
    return ConversationNotFound(
        f"There is no conversation “{conversation_id}” in the history.",
        hint="See which there are: chat-studio history list.",
    )
