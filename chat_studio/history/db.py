"""Opening the database file, and its refusals in the user's words."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from chat_studio.errors import HistoryDamaged, StorageError
from chat_studio.files import storage_errors
from chat_studio.history.migrations import is_current, migrate

BUSY_SECONDS = 5.0
"""How long one program waits for another that is writing."""
BUSY_PAUSE = 0.01
"""Seconds between two tries, where SQLite leaves the waiting to us."""


def open_database(path: Path) -> sqlite3.Connection:
    """Opens the file, made readable by its owner only if it is new, and brings its tables up to date.

    Every commit is synced (`synchronous=FULL`): what was stored survives a power failure. A commit is one short write
    at the end of the WAL, a few times a second at most, on a thread of its own.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not path.exists():
            _create(path)
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    db.row_factory = sqlite3.Row
    try:
        _use_wal(db)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        migrate(db, path)
    except BaseException:
        db.close()
        raise
    return db


def open_for_reading(path: Path) -> sqlite3.Connection | None:
    """The file as it is, on a disk that is full or read-only and lets nobody write; None where that is impossible.

    Nobody can write to it meanwhile, either, so that it may be read without any lock. A file with a WAL cannot.
    """
    log = path.with_name(f"{path.name}-wal")
    if not path.exists() or (log.exists() and log.stat().st_size):
        return None
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    db.row_factory = sqlite3.Row
    if not is_current(db):
        db.close()
        return None
    return db


def refuses_writing(error: sqlite3.OperationalError) -> bool:
    """Whether an error may be that of a disk that can be read all the same."""
    return error.sqlite_errorcode & 0xFF in (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
    )


def _create(path: Path) -> None:
    """Makes an empty file for its owner, which appears under its name when it is closed already.

    A database file must never be opened and closed beside SQLite: POSIX drops all locks that a process has on a file
    when it closes any handle of it. Another program then takes the file for unused, removes its WAL when it ends, and
    what is written to that afterwards is lost.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    os.close(handle)
    try:
        os.link(name, path)
    except FileExistsError:  # another program was faster
        pass
    except OSError:  # a file system without links
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    finally:
        os.unlink(name)


def _use_wal(db: sqlite3.Connection) -> None:
    """Switches a new file to WAL; it stays so. Two programs may try at once, and SQLite does not wait for this lock
    by itself, since waiting on an upgrade of a lock could be for ever."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(BUSY_PAUSE)
        else:
            return


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing. Takes the write lock at once, so that waiting happens here and never in the middle."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # a full disk may have rolled back already
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turns SQLite's refusals into a StorageError that says what to do; SQLite's own words are its detail."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        code = _primary_code(error, path)
        if code not in _REASONS:
            raise
        reason, hint = _REASONS[code]
        kind = HistoryDamaged if _REASONS[code] is _DAMAGED else StorageError
        raise kind(
            f"The history ({path.name}) {reason}.",
            hint=hint.format(folder=path.parent, file=path.name),
            detail=f"{path}: {error}",
        ) from error


def _primary_code(error: sqlite3.Error, path: Path) -> int:
    """SQLite's result code without its extension, and what it means: no space left, or no right to write."""
    extended: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    code = extended & 0xFF
    if code == sqlite3.SQLITE_IOERR and _is_full(path.parent):
        return sqlite3.SQLITE_FULL
    if code == sqlite3.SQLITE_CANTOPEN and path.exists() and not _is_writable(path):
        return sqlite3.SQLITE_READONLY
    return code


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < 64 * 1024
    except OSError as error:
        return error.errno == errno.ENOSPC


_DAMAGED = (
    "is damaged",
    "Check and repair it (chat-studio history check --repair), or restore a backup. Nothing was overwritten.",
)
_NOT_WRITABLE = (
    "cannot be written: the file or its disk is read-only",
    "Make {folder} writable, or start with another home: chat-studio --home DIR.",
)
_REASONS = {
    sqlite3.SQLITE_FULL: (
        "could not be written: the disk is full",
        "Free some space and try again; nothing that was stored is lost.",
    ),
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: ("could not be opened", "Check that {folder} exists and that you may write there."),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: (
        "is in use by another program for longer than usual",
        "Try again; if it lasts, close the other program that has {file} open.",
    ),
    sqlite3.SQLITE_IOERR: (
        "could not be read or written: the disk reports an error",
        "Check the disk of {folder} and try again.",
    ),
}
