"""What lies ready in a conversation and is not sent: draft, queue, and the reader's place."""

from __future__ import annotations

import sqlite3
from typing import Literal

from pydantic import TypeAdapter

from chat_studio.history import blobs
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
    """Replaces all of it; images are kept apart, as those of messages are."""
    if desk == EMPTY_DESK:
        db.execute("DELETE FROM desks WHERE conversation_id = ?", (conversation_id,))
        return
    values = (conversation_id, _draft_text(db, desk.draft), _queue_text(db, desk.queue), desk.place)
    db.execute("INSERT OR REPLACE INTO desks VALUES (?, ?, ?, ?)", values)


def put_draft(db: sqlite3.Connection, conversation_id: str, draft: tuple[Part, ...]) -> None:
    with transaction(db):
        _put(db, conversation_id, "draft", _draft_text(db, draft))


def put_queue(db: sqlite3.Connection, conversation_id: str, queue: Queue) -> None:
    with transaction(db):
        _put(db, conversation_id, "queue", _queue_text(db, queue))


def put_place(db: sqlite3.Connection, conversation_id: str, place: str) -> None:
    with transaction(db):
        _put(db, conversation_id, "place", place)


def keep_images(db: sqlite3.Connection, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts with the names of their images instead of their bytes, which are stored."""
    with transaction(db):
        return blobs.put_aside(db, parts)[0]


def _put(db: sqlite3.Connection, conversation_id: str, column: Literal["draft", "queue", "place"], value: str) -> None:
    """Changes one thing, and does not read the others: a draft is written while somebody types."""
    db.execute("INSERT OR IGNORE INTO desks VALUES (?, '[]', '[]', '')", (conversation_id,))
    db.execute(f"UPDATE desks SET {column} = ? WHERE conversation_id = ?", (value, conversation_id))  # noqa: S608
    db.execute(
        "DELETE FROM desks WHERE conversation_id = ? AND draft = '[]' AND queue = '[]' AND place = ''",
        (conversation_id,),
    )


def _draft_text(db: sqlite3.Connection, draft: tuple[Part, ...]) -> str:
    return Parts.dump_json(blobs.put_aside(db, draft)[0]).decode()


def _queue_text(db: sqlite3.Connection, queue: Queue) -> str:
    return _Queue.dump_json(tuple(blobs.put_aside(db, question)[0] for question in queue)).decode()
