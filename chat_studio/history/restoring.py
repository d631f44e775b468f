"""A history out of a backup: examined as a stranger's file, brought up to date, and put in place of the present one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from chat_studio.errors import FileUnusable
from chat_studio.files import storage_errors
from chat_studio.history import copying
from chat_studio.history.check_structure import damage
from chat_studio.history.db import database_errors, open_database, transaction
from chat_studio.history.recovery import settle_interrupted
from chat_studio.history.salvage import put_aside

_SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"


def counts(path: Path) -> tuple[int, int]:
    """How many conversations and messages a copy holds."""
    with database_errors(path), closing(sqlite3.connect(path)) as db:
        (conversations,) = db.execute("SELECT count(*) FROM conversations WHERE deleted_at IS NULL").fetchone()
        (messages,) = db.execute("SELECT count(*) FROM messages").fetchone()
    return conversations, messages


def prepare(new: Path) -> None:
    """Makes a copy out of a backup ready to be used: verified, of this version, its running answers ended.

    Raises StorageError for one that is damaged or newer, FileUnusable for one that is no history.
    """
    copying.verify(new)
    with database_errors(new), closing(open_database(new)) as db:
        _refuse_strangers(db, new)
        with transaction(db):
            for row in db.execute("SELECT * FROM messages WHERE state = 'streaming'").fetchall():
                settle_interrupted(db, row)
        db.execute("PRAGMA journal_mode = DELETE")


def put_in_place(new: Path, path: Path, aside: Path) -> None:
    """Gives the history the content of a prepared copy: all of it, or nothing has changed.

    A present file that is damaged is kept as `aside`. Raises StorageError, also while somebody has the file open.
    """
    if path.exists() and damage(path) is None:
        copying.put_in_place(new, path)
        return
    if path.exists():
        put_aside(path, aside)
    with storage_errors(path):
        copy = path.with_name(f".{path.name}.restored")
        copy.unlink(missing_ok=True)
        copying.copy_database(new, copy)
        os.replace(copy, path)


def refuse_company(path: Path) -> bool:
    """Whether the history can be read. Raises StorageError while another program has it open."""
    if not path.exists():
        return False
    if damage(path) is not None:
        return False
    with copying.alone(path):
        return True


def _refuse_strangers(db: sqlite3.Connection, path: Path) -> None:
    """What a database does when it is used (triggers, views) must be our own."""
    with closing(open_database(path.with_name("empty.sqlite3"))) as own:
        expected = {tuple(row)[:2]: _words(row["sql"]) for row in own.execute(_SCHEMA)}
    found = {tuple(row)[:2]: _words(row["sql"]) for row in db.execute(_SCHEMA)}
    acting = {name: sql for name, sql in found.items() if name[0] in ("trigger", "view")}
    if set(found) != set(expected) or any(expected[name] != sql for name, sql in acting.items()):
        raise FileUnusable(
            "The history in this backup is none of Chat Studio's.",
            hint="Choose another one: chat-studio backup list. Nothing was changed.",
            detail=str(sorted(set(found) ^ set(expected))),
        )


def _words(sql: str | None) -> list[str]:
    return (sql or "").split()
