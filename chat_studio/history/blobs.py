"""Images apart from their messages: each is stored once, and read when somebody asks for it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import sqlite3
from collections.abc import Iterable

from chat_studio.messages import ImagePart, Message, Part

SMALLEST = 4096
"""Characters of base64 below which an image stays in its message."""
UNNEEDED = (
    "name NOT IN (SELECT blob FROM message_blobs)"
    " AND NOT EXISTS (SELECT 1 FROM desks WHERE instr(draft, name) OR instr(queue, name))"
)
"""The condition of an image that neither a message nor what lies ready anywhere needs."""


def put_aside(db: sqlite3.Connection, parts: Iterable[Part]) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The parts with the names of their images instead of their bytes, and these names. Stores what is new."""
    kept: list[Part] = []
    for part in parts:
        data = _bytes_of(part) if isinstance(part, ImagePart) else None
        if data is None:
            kept.append(part)
            continue
        name = hashlib.sha256(data).hexdigest()
        db.execute("INSERT OR IGNORE INTO blobs (name, data) VALUES (?, ?)", (name, data))
        kept.append(part.model_copy(update={"data": "", "blob": name}))
    return tuple(kept), tuple(part.blob for part in kept if isinstance(part, ImagePart) and part.blob)


def link(db: sqlite3.Connection, message_id: str, names: Iterable[str]) -> None:
    """The message needs these from now on, as long as it is stored. An image that is gone stays gone."""
    db.executemany(
        "INSERT OR IGNORE INTO message_blobs SELECT ?, name FROM blobs WHERE name = ?",
        [(message_id, name) for name in names],
    )


def filled(db: sqlite3.Connection, messages: Iterable[Message]) -> tuple[Message, ...]:
    """The messages with the bytes of their images, as a request or an export needs them."""
    return tuple(_filled(db, message) for message in messages)


def one(db: sqlite3.Connection, name: str) -> bytes:
    """An image's bytes; empty when it is gone."""
    row = db.execute("SELECT data FROM blobs WHERE name = ?", (name,)).fetchone()
    return bytes(row[0]) if row else b""


def purge(db: sqlite3.Connection) -> int:
    """Removes what nothing needs any more; returns how many there were."""
    return db.execute(f"DELETE FROM blobs WHERE {UNNEEDED}").rowcount  # noqa: S608 - our own condition


def _filled(db: sqlite3.Connection, message: Message) -> Message:
    if not any(isinstance(part, ImagePart) and part.blob for part in message.parts):
        return message
    return message.model_copy(update={"parts": tuple(_with_bytes(db, part) for part in message.parts)})


def _with_bytes(db: sqlite3.Connection, part: Part) -> Part:
    if not isinstance(part, ImagePart) or not part.blob:
        return part
    data = base64.b64encode(one(db, part.blob)).decode()
    return part.model_copy(update={"data": data, "blob": ""})


def _bytes_of(part: ImagePart) -> bytes | None:
    """The bytes of a part whose image is worth a place of its own; None for a small one, and for no base64."""
    if len(part.data) < SMALLEST:
        return None
    try:
        return base64.b64decode(part.data, validate=True)
    except binascii.Error:
        return None
