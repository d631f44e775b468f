"""The file below its rows: pages, indexes, and the full-text search."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from chat_studio.history.db import database_errors
from chat_studio.history.findings import Finding
from chat_studio.history.runner import Runner

_INDEX = re.compile(r"missing from index|wrong # of entries in index|non-unique entry in index")
_SEARCH = re.compile(r"fts5 table|inverted index", re.IGNORECASE)
_HARMLESS = re.compile(r"^Page \d+: never used|^(NULL value in|CHECK constraint failed in|non-\w+ value in) ")
_DESTROYED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_MOST = 100


def damage(path: Path) -> Finding | None:
    """Whether pages of the file are destroyed: what no repair of single rows can mend. Raises StorageError."""
    with database_errors(path), closing(sqlite3.connect(path, isolation_level=None)) as db:
        try:
            words = _integrity(db)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in _DESTROYED:
                raise
            words = [str(error)]
    broken = [word for word in words if not (_INDEX.search(word) or _SEARCH.search(word) or _HARMLESS.search(word))]
    if not broken:
        return None
    return Finding(
        "pages",
        f"Pages of the file are destroyed ({broken[0].splitlines()[0]}).",
        len(broken),
        "What can be read is saved into a new file; the damaged one is kept.",
    )


def broken_indexes(db: sqlite3.Connection, runner: Runner) -> list[str]:
    del runner
    return [word for word in _integrity(db) if _INDEX.search(word)]


def mend_indexes(db: sqlite3.Connection, rows: list[str]) -> None:
    del rows
    db.execute("REINDEX")


def broken_search(db: sqlite3.Connection, runner: Runner) -> list[str]:
    """The full-text tables that do not agree with what they index."""
    del runner
    return [name for name in search_tables(db) if not _agrees(db, name)]


def mend_search(db: sqlite3.Connection, rows: list[str]) -> None:
    for name in rows:
        db.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")  # noqa: S608 (a name out of the schema)


def search_tables(db: sqlite3.Connection) -> list[str]:
    """Every full-text table there is."""
    made = "CREATE VIRTUAL TABLE % USING fts5%"
    rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE ? ORDER BY name", (made,))
    return [row[0] for row in rows]


def _agrees(db: sqlite3.Connection, name: str) -> bool:
    try:
        db.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 (see above)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _DESTROYED:
            raise
        return False
    return True


def _integrity(db: sqlite3.Connection) -> list[str]:
    words = [row[0] for row in db.execute(f"PRAGMA integrity_check ({_MOST})")]
    return [] if words == ["ok"] else words
