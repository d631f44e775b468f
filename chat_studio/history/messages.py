"""The messages table and the journal of running answers."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chat_studio.history import blobs, conversations, desks
from chat_studio.history.branch import Branch
from chat_studio.history.db import transaction
from chat_studio.history.journal import assemble
from chat_studio.history.records import EMPTY_DESK, ConversationRecord, Desk, JournalPiece, MessageRecord, MessageState
from chat_studio.history.rows import COLUMNS, Row, message_row, now, time_text
from chat_studio.history.tree import Node, Tree
from chat_studio.messages import ImagePart

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


@dataclass(frozen=True)
class Opened:
    """A conversation as it is stored: its shape, the branch that is shown, and what lies ready in it."""

    conversation: ConversationRecord
    tree: Tree = field(default_factory=Tree)
    branch: Branch = field(default_factory=Branch)
    desk: Desk = EMPTY_DESK


def tree(db: sqlite3.Connection, conversation_id: str) -> Tree:
    rows = db.execute(
        "SELECT id, parent_id, deleted_at FROM messages WHERE conversation_id = ? ORDER BY number", (conversation_id,)
    )
    return Tree(Node(row["id"], row["parent_id"], row["deleted_at"] is not None) for row in rows)


def opened(db: sqlite3.Connection, conversation_id: str) -> Opened:
    conversation, shape = conversations.one(db, conversation_id), tree(db, conversation_id)
    branch = _read(db, conversation_id, shape.path(conversation.leaf_id))
    return Opened(conversation, shape, branch, desks.one(db, conversation_id))


def branch_to(db: sqlite3.Connection, conversation_id: str, leaf_id: str | None) -> Branch:
    return _read(db, conversation_id, tree(db, conversation_id).path(leaf_id))


def thread(db: sqlite3.Connection, conversation_id: str) -> Branch:
    return branch_to(db, conversation_id, conversations.one(db, conversation_id).leaf_id)


def everything(db: sqlite3.Connection, conversation_id: str) -> Branch:
    """All messages that are not deleted, in the order in which they were written: the tree, not a branch."""
    return _read(db, conversation_id, None)


def append(
    db: sqlite3.Connection,
    records: Sequence[MessageRecord],
    creating: ConversationRecord | None,
    queue: desks.Queue | None,
    runner: str,
) -> ConversationRecord:
    conversation_id = records[0].conversation_id
    with transaction(db):
        if creating is not None:
            conversations.insert(db, creating)
        conversations.one(db, conversation_id)
        for record in records:
            row = insert(db, record, runner if record.state is MessageState.STREAMING else None)
            # an answer's route becomes the conversation's; a question has none
            db.execute(_LEAD, row | {"now": time_text(now())})
        if queue is not None:
            desks.put(db, conversation_id, replace(desks.one(db, conversation_id), queue=queue))
        return conversations.one(db, conversation_id)


def insert(db: sqlite3.Connection, record: MessageRecord, runner: str | None = None) -> Row:
    """Writes a message, inside the caller's transaction; its images have a place of their own."""
    parts, images = blobs.put_aside(db, record.message.parts)
    row = message_row(replace(record, message=record.message.model_copy(update={"parts": parts})))
    db.execute(_INSERT, row | {"runner": runner})
    blobs.link(db, record.id, images)
    return row


def mark_deleted(
    db: sqlite3.Connection, conversation_id: str, message_id: str, *, deleted: bool, leaf_id: str | None
) -> ConversationRecord:
    time = time_text(now()) if deleted else None
    with transaction(db):
        db.execute("UPDATE messages SET deleted_at = ? WHERE id = ?", (time, message_id))
        return set_leaf(db, conversation_id, leaf_id)


def set_leaf(db: sqlite3.Connection, conversation_id: str, leaf_id: str | None) -> ConversationRecord:
    db.execute("UPDATE conversations SET leaf_id = ? WHERE id = ?", (leaf_id, conversation_id))
    return conversations.one(db, conversation_id)


def copy_branch(db: sqlite3.Connection, leaf_id: str, copy: ConversationRecord) -> ConversationRecord:
    """Stores `copy` with copies of the messages up to a leaf, which is in another conversation."""
    source = db.execute("SELECT conversation_id FROM messages WHERE id = ?", (leaf_id,)).fetchone()
    parent_id: str | None = None
    with transaction(db):
        conversations.insert(db, replace(copy, leaf_id=None))
        for record in branch_to(db, source["conversation_id"], leaf_id) if source else ():
            twin = replace(record, id=uuid.uuid4().hex, conversation_id=copy.id, parent_id=parent_id)
            insert(db, twin)
            images = [part.blob for part in record.message.parts if isinstance(part, ImagePart) and part.blob]
            blobs.link(db, twin.id, images)
            parent_id = twin.id
        return set_leaf(db, copy.id, parent_id)


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


def _read(db: sqlite3.Connection, conversation_id: str, path: Sequence[str] | None) -> Branch:
    """The messages of a path, or all of a conversation for None, running answers with what was journalled."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM messages WHERE conversation_id = ? AND deleted_at IS NULL ORDER BY number",  # noqa: S608
        (conversation_id,),
    )
    branch = Branch.of_rows(rows, path)
    for index in range(len(branch)):
        if branch.state(index) is MessageState.STREAMING:
            branch.put(index, journalled(db, branch[index]))
    return branch
