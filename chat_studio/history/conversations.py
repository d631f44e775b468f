"""The conversations table."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import datetime

from chat_studio.errors import ConversationNotFound
from chat_studio.history.db import transaction
from chat_studio.history.records import ConversationRecord
from chat_studio.history.rows import conversation_of, conversation_row, now, time_text


def new(connection_id: str, model: str, title: str = "") -> ConversationRecord:
    """A conversation that is not stored yet."""
    time = now()
    return ConversationRecord(uuid.uuid4().hex, title, time, time, connection_id, model)


def all_of(db: sqlite3.Connection) -> list[ConversationRecord]:
    rows = db.execute("SELECT * FROM conversations WHERE deleted_at IS NULL ORDER BY updated_at DESC")
    return [conversation_of(row) for row in rows]


def one(db: sqlite3.Connection, conversation_id: str) -> ConversationRecord:
    row = db.execute("SELECT * FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    if row is None:
        raise _not_found(conversation_id)
    return conversation_of(row)


def insert(db: sqlite3.Connection, record: ConversationRecord) -> None:
    db.execute(
        "INSERT INTO conversations (id, title, created_at, updated_at, connection_id, model, leaf_id)"
        " VALUES (:id, :title, :created_at, :updated_at, :connection_id, :model, :leaf_id)",
        conversation_row(record),
    )


def rename(db: sqlite3.Connection, conversation_id: str, title: str) -> None:
    _change(db, conversation_id, "UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id))


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
        return db.execute("DELETE FROM conversations WHERE deleted_at < ?", (time_text(before),)).rowcount


def _change(db: sqlite3.Connection, conversation_id: str, statement: str, values: tuple[str, ...]) -> None:
    if db.execute(statement, values).rowcount == 0:
        raise _not_found(conversation_id)


def _not_found(conversation_id: str) -> ConversationNotFound:
    return ConversationNotFound(
        f"There is no conversation “{conversation_id}” in the history.",
        hint="See which there are: chat-studio history list.",
    )
