"""The messages table and the journal of running answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from chat_studio.history import conversations
from chat_studio.history.db import transaction
from chat_studio.history.journal import assemble
from chat_studio.history.records import ConversationRecord, JournalPiece, MessageRecord, MessageState
from chat_studio.history.rows import message_of, message_row, now, time_text

_BRANCH = """
    WITH RECURSIVE branch (number, parent_id, depth) AS (
        SELECT m.number, m.parent_id, 0 FROM messages m JOIN conversations c ON c.leaf_id = m.id WHERE c.id = ?
        UNION ALL
        SELECT m.number, m.parent_id, b.depth + 1 FROM messages m JOIN branch b ON m.id = b.parent_id
    )
    SELECT m.* FROM branch b JOIN messages m ON m.number = b.number ORDER BY b.depth DESC
"""
_INSERT = """
    INSERT INTO messages (
        id, conversation_id, parent_id, created_at, role, parts, text, state,
        connection_id, connection_name, model, finish_reason, usage, timing, error, runner
    ) VALUES (
        :id, :conversation_id, :parent_id, :created_at, :role, :parts, :text, :state,
        :connection_id, :connection_name, :model, :finish_reason, :usage, :timing, :error, :runner
    )
"""
_SETTLE = """
    UPDATE messages SET parts = :parts, text = :text, state = :state, connection_name = :connection_name,
        model = :model, finish_reason = :finish_reason, usage = :usage, timing = :timing, error = :error, runner = NULL
    WHERE id = :id
"""
_LEAD = """
    UPDATE conversations SET leaf_id = :id, updated_at = :now,
        model = CASE WHEN :connection_id = '' THEN model ELSE :model END,
        connection_id = CASE WHEN :connection_id = '' THEN connection_id ELSE :connection_id END
    WHERE id = :conversation_id
"""


def thread(db: sqlite3.Connection, conversation_id: str) -> list[MessageRecord]:
    conversations.one(db, conversation_id)
    return [_with_journal(db, message_of(row)) for row in db.execute(_BRANCH, (conversation_id,))]


def append(
    db: sqlite3.Connection,
    records: Sequence[MessageRecord],
    creating: ConversationRecord | None,
    runner: str,
) -> ConversationRecord:
    conversation_id = records[0].conversation_id
    with transaction(db):
        if creating is not None:
            conversations.insert(db, creating)
        conversations.one(db, conversation_id)
        for record in records:
            row = message_row(record)
            db.execute(_INSERT, row | {"runner": runner if record.state is MessageState.STREAMING else None})
            # an answer's route becomes the conversation's; a question has none
            db.execute(_LEAD, row | {"now": time_text(now())})
        return conversations.one(db, conversation_id)


def journal(db: sqlite3.Connection, answer: MessageRecord, pieces: Sequence[JournalPiece]) -> None:
    with transaction(db):
        db.execute(
            "UPDATE messages SET connection_name = ?, model = ? WHERE id = ?",
            (answer.connection_name, answer.model, answer.id),
        )
        db.executemany(
            "INSERT INTO journal (message_id, kind, text) VALUES (?, ?, ?)",
            [(answer.id, piece.kind, piece.text) for piece in pieces],
        )


def finish(db: sqlite3.Connection, record: MessageRecord) -> ConversationRecord:
    with transaction(db):
        settle(db, record)
        db.execute("UPDATE conversations SET updated_at = ? WHERE id = ?", (time_text(now()), record.conversation_id))
        return conversations.one(db, record.conversation_id)


def settle(db: sqlite3.Connection, record: MessageRecord) -> None:
    """Writes the final form of a message, inside the caller's transaction."""
    db.execute(_SETTLE, message_row(record))
    db.execute("DELETE FROM journal WHERE message_id = ?", (record.id,))


def journalled(db: sqlite3.Connection, record: MessageRecord) -> MessageRecord:
    """A streaming answer with what was journalled of it."""
    rows = db.execute("SELECT kind, text FROM journal WHERE message_id = ? ORDER BY number", (record.id,))
    parts = assemble(JournalPiece(row["kind"], row["text"]) for row in rows)
    return replace(record, message=record.message.model_copy(update={"parts": parts}))


def _with_journal(db: sqlite3.Connection, record: MessageRecord) -> MessageRecord:
    return journalled(db, record) if record.state is MessageState.STREAMING else record
