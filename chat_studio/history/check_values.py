"""Values of rows that cannot be read, and what is put in their place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from chat_studio.history import desks
from chat_studio.history.rows import StoredMessage, message_row, now, stored_message, time_text, whole_message_of
from chat_studio.history.runner import Runner
from chat_studio.parameters import ConversationSettings

T = TypeVar("T")

_DOUBTFUL = ("role", "created_at", "parts", "state", "finish_reason", "usage", "timing", "error")
"""The columns of a message that may hold what cannot be read."""


def unreadable_messages(db: sqlite3.Connection, runner: Runner) -> list[str]:
    del runner
    return [row["id"] for row in db.execute("SELECT * FROM messages") if not _reads(_whole_message, row)]


def mend_messages(db: sqlite3.Connection, rows: list[str]) -> None:
    """Keeps of a message whatever can be read; what it said is there at least as plain text."""
    for message_id in rows:
        row = stored_message(db.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone())
        values = message_row(whole_message_of(_readable(row)))
        changed = ", ".join(f"{name} = :{name}" for name in (*_DOUBTFUL, "text"))
        db.execute(f"UPDATE messages SET {changed} WHERE id = :id", values)  # noqa: S608 (names of our own)


def unreadable_conversations(db: sqlite3.Connection, runner: Runner) -> list[str]:
    del runner
    return [row["id"] for row in db.execute("SELECT * FROM conversations") if not _reads(_whole_conversation, row)]


def mend_conversations(db: sqlite3.Connection, rows: list[str]) -> None:
    for conversation_id in rows:
        row = db.execute("SELECT * FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
        created, updated = (
            row[name] if _reads(datetime.fromisoformat, row[name]) else time_text(now())
            for name in ("created_at", "updated_at")
        )
        settings = row["settings"] if _reads(_settings, row["settings"]) else ""
        db.execute(
            "UPDATE conversations SET created_at = ?, updated_at = ?, settings = ? WHERE id = ?",
            (created, updated, settings, conversation_id),
        )


def unreadable_desks(db: sqlite3.Connection, runner: Runner) -> list[str]:
    del runner
    return [row["conversation_id"] for row in db.execute("SELECT * FROM desks") if not _reads(desks.read, row)]


def images_in(parts: str) -> list[str]:
    """The names of the stored images in the JSON of a message's parts; none in one that is no JSON."""
    try:
        found = json.loads(parts)
    except ValueError:
        return []
    return [part["blob"] for part in found if isinstance(part, dict) and part.get("blob")]


def _readable(row: StoredMessage) -> StoredMessage:
    """The row with everything of it that is good by itself."""
    text = row.text if isinstance(row.text, str) else str(row.text)
    good = row._replace(
        role="assistant",
        created_at=time_text(now()),
        parts="",
        text=text,
        state="interrupted",
        finish_reason=None,
        usage=None,
        timing=None,
        error=None,
    )
    for name in _DOUBTFUL:
        better = good._replace(**{name: getattr(row, name)})
        if _reads(whole_message_of, better):
            good = better
    return good


def _whole_message(row: sqlite3.Row) -> None:
    whole_message_of(stored_message(row))


def _whole_conversation(row: sqlite3.Row) -> None:
    datetime.fromisoformat(row["created_at"])
    datetime.fromisoformat(row["updated_at"])
    _settings(row["settings"])


def _settings(text: str) -> None:
    if text:
        ConversationSettings.model_validate_json(text)


def _reads(read: Callable[[T], object], value: T) -> bool:
    try:
        read(value)
    except (ValueError, TypeError):
        return False
    return True
