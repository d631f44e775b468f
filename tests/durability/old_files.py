"""Histories as programs of earlier versions left them, made by the steps themselves."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from chat_studio.history.migrations import MIGRATIONS, migrate

VERSIONS = tuple(range(1, len(MIGRATIONS)))
TEXTS = ("Where is the needle?", "In the haystack, naïvely: 日本語のテキスト 🙂", "", "x" * 6000)


def old_file(path: Path, version: int, count: int = 10) -> None:
    """`count` conversations with versions of answers, a deleted one, and one whose answer was coming."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        migrate(db, path, MIGRATIONS[:version])
        db.execute("BEGIN")
        for number in range(count):
            _conversation(db, f"c{number}")
        db.execute("UPDATE conversations SET deleted_at = '2024-02-01T00:00:00.000000+00:00' WHERE id = 'c1'")
        db.execute(
            "UPDATE messages SET state = 'streaming', runner = 'gone', text = '', parts = '[]' WHERE id = 'c2-3'"
        )
        db.execute("INSERT INTO journal (message_id, kind, text) VALUES ('c2-3', 'text', 'half an ans')")
        if version >= 3:
            _organisation(db)
        if version >= 4:
            db.execute("UPDATE conversations SET title_folded = lower(title)")
        db.execute("COMMIT")


def _conversation(db: sqlite3.Connection, name: str) -> None:
    time = "2024-01-01T00:00:00.000000+00:00"
    db.execute(
        "INSERT INTO conversations (id, title, created_at, updated_at, connection_id, model, leaf_id)"
        " VALUES (?, ?, ?, ?, 'demo', 'm', ?)",
        (name, f"Title of {name}", time, time, f"{name}-3"),
    )
    parents = (None, f"{name}-0", f"{name}-0", f"{name}-0")
    for number, (text, parent) in enumerate(zip(TEXTS, parents, strict=True)):
        db.execute(
            "INSERT INTO messages (id, conversation_id, parent_id, created_at, role, parts, text, state, connection_id,"
            " connection_name, model, usage, timing) VALUES (?, ?, ?, ?, ?, ?, ?, 'done', 'demo', 'Demo', 'm', ?, ?)",
            (
                f"{name}-{number}",
                name,
                parent,
                time,
                "assistant" if parent else "user",
                json.dumps([{"type": "text", "text": text}], ensure_ascii=False),
                text,
                '{"input_tokens":3}' if parent else None,
                '{"first_token": null, "total": 2.5}' if parent else None,
            ),
        )


def _organisation(db: sqlite3.Connection) -> None:
    for statement in (
        "INSERT INTO folders VALUES ('f', 'Folder')",
        "UPDATE conversations SET folder_id = 'f', tags = '\na\n', pinned = 1 WHERE id = 'c3'",
        "UPDATE conversations SET settings = '{\"system\":\"Be brief.\"}' WHERE id = 'c3'",
        "INSERT INTO desks VALUES ('c3', '[{\"type\":\"text\",\"text\":\"draft\"}]', '[]', '')",
        "INSERT INTO blobs VALUES ('picture', x'00ff')",
        "INSERT INTO message_blobs VALUES ('c3-0', 'picture')",
        "UPDATE messages SET deleted_at = '2024-02-01T00:00:00.000000+00:00' WHERE id = 'c3-1'",
    ):
        db.execute(statement)


def old_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What every version has of a history."""
    with closing(sqlite3.connect(path)) as db:
        return {
            "conversations": db.execute(
                "SELECT id, title, created_at, updated_at, connection_id, model, leaf_id, deleted_at"
                " FROM conversations ORDER BY id"
            ).fetchall(),
            "messages": db.execute(
                "SELECT number, id, conversation_id, parent_id, created_at, role, parts, text, state, connection_id,"
                " connection_name, model, finish_reason, usage, timing, error, runner FROM messages ORDER BY number"
            ).fetchall(),
            "journal": db.execute("SELECT * FROM journal ORDER BY number").fetchall(),
        }


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        found: int = db.execute("PRAGMA user_version").fetchone()[0]
        return found
