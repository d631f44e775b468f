"""What lies ready in a conversation and is not sent: draft, queue, and the reader's place."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from pydantic import TypeAdapter

from chat_studio.history.db import transaction
from chat_studio.history.records import EMPTY_DESK, Desk
from chat_studio.messages import Part, Parts

Queue = tuple[tuple[Part, ...], ...]
_Queue = TypeAdapter(Queue)


def one(db: sqlite3.Connection, conversation_id: str) -> Desk:
    row = db.execute("SELECT draft, queue, place FROM desks WHERE conversation_id = ?", (conversation_id,)).fetchone()
    if row is None:
        return EMPTY_DESK
    try:
        return read(row)
    except ValueError:  # it is lost, and must not take the conversation along
        return EMPTY_DESK


def read(row: sqlite3.Row) -> Desk:
    """The desk of a row. Raises ValueError for one that cannot be read."""
    return Desk(Parts.validate_json(row["draft"]), _Queue.validate_json(row["queue"]), row["place"])


def put(db: sqlite3.Connection, conversation_id: str, desk: Desk) -> None:
    if desk == EMPTY_DESK:
        db.execute("DELETE FROM desks WHERE conversation_id = ?", (conversation_id,))
        return
    db.execute(
        "INSERT OR REPLACE INTO desks VALUES (?, ?, ?, ?)",
        (conversation_id, Parts.dump_json(desk.draft).decode(), _Queue.dump_json(desk.queue).decode(), desk.place),
    )


def put_draft(db: sqlite3.Connection, conversation_id: str, draft: tuple[Part, ...]) -> None:
    with transaction(db):
        put(db, conversation_id, replace(one(db, conversation_id), draft=draft))


def put_queue(db: sqlite3.Connection, conversation_id: str, queue: Queue) -> None:
    with transaction(db):
        put(db, conversation_id, replace(one(db, conversation_id), queue=queue))


def put_place(db: sqlite3.Connection, conversation_id: str, place: str) -> None:
    with transaction(db):
        put(db, conversation_id, replace(one(db, conversation_id), place=place))
