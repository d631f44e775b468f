"""What the history keeps a second time, to find it fast: it must say the same as what it was made of."""

from __future__ import annotations

import sqlite3

from chat_studio.history.fold import fold
from chat_studio.history.runner import Runner


def wrong_spans(db: sqlite3.Connection, runner: Runner) -> list[str]:
    """Spans of messages with one that is outside of the times that they tell."""
    del runner
    rows = db.execute(
        "SELECT DISTINCT m.number / 1024 FROM messages m LEFT JOIN message_spans s ON s.span = m.number / 1024"
        " WHERE s.span IS NULL OR m.created_at NOT BETWEEN s.first_at AND s.last_at"
    )
    return [str(row[0]) for row in rows]


def mend_spans(db: sqlite3.Connection, rows: list[str]) -> None:
    del rows
    db.execute("DELETE FROM message_spans")
    db.execute(
        "INSERT INTO message_spans"
        " SELECT number / 1024, min(created_at), max(created_at) FROM messages GROUP BY number / 1024"
    )


def wrong_folds(db: sqlite3.Connection, runner: Runner) -> list[str]:
    """Conversations whose titles are filtered by other words than they show."""
    del runner
    db.create_function("fold", 1, fold, deterministic=True)
    return [row[0] for row in db.execute("SELECT id FROM conversations WHERE title_folded != fold(title)")]


def mend_folds(db: sqlite3.Connection, rows: list[str]) -> None:
    db.create_function("fold", 1, fold, deterministic=True)
    db.executemany("UPDATE conversations SET title_folded = fold(title) WHERE id = ?", [(row,) for row in rows])
