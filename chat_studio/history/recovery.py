"""After a crash: answers that nobody writes any more."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from chat_studio.history import messages
from chat_studio.history.db import transaction
from chat_studio.history.records import MessageState
from chat_studio.history.rows import message_of, stored_message
from chat_studio.history.runner import Runner


def recover(db: sqlite3.Connection, runner: Runner) -> int:
    """Settles the running answers of programs that are gone; returns how many there were."""
    owners = [row["runner"] for row in db.execute("SELECT DISTINCT runner FROM messages WHERE runner IS NOT NULL")]
    return sum(_settle_all(db, owner) for owner in owners if runner.is_gone(owner))


def _settle_all(db: sqlite3.Connection, owner: str) -> int:
    with transaction(db):
        rows = db.execute("SELECT * FROM messages WHERE runner = ? AND state = 'streaming'", (owner,)).fetchall()
        for row in rows:
            settle_interrupted(db, row)
        return len(rows)


def settle_interrupted(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Ends the running answer of a row with what was journalled, inside the caller's transaction."""
    answer = messages.journalled(db, message_of(stored_message(row)))
    messages.settle(db, replace(answer, state=MessageState.INTERRUPTED))
