"""Whole copies of the database: taken while it is written to, verified, and put back in its place."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from chat_studio.errors import StorageError
from chat_studio.files import storage_errors
from chat_studio.history.db import database_errors

STEP_PAGES = 128
"""Pages copied without a pause: half a megabyte, some milliseconds."""
ALONE_SECONDS = 1.0
"""How long others may take to let go of the file."""

Progress = Callable[[int, int], None]
"""Told what is done and how much there is. It may wait, and may raise to give up."""


def copy_database(source: Path, target: Path, progress: Progress = lambda done, total: None) -> None:
    """Copies the state of this moment to a new file for the owner only; writers go on meanwhile.

    A read transaction holds the moment: without it, each commit of another connection would begin the copy anew, and
    while an answer streams it would never end. Raises StorageError.
    """
    with storage_errors(target):
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with database_errors(source), closing(_begun(source)) as db, closing(sqlite3.connect(target)) as copy:
        db.backup(copy, pages=STEP_PAGES, progress=lambda _, left, total: progress(total - left, total), sleep=0)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole in itself


def _begun(source: Path) -> sqlite3.Connection:
    """A connection that holds the state of this moment.

    A disk without any room, or a read-only one, has no place for the memory that connections share. Without others the
    file can be read all the same: that is when a backup to another disk is wanted most.
    """
    log = source.with_name(f"{source.name}-wal")
    ways = [("rw", "NORMAL"), ("rw", "EXCLUSIVE")]
    if not log.exists() or not log.stat().st_size:
        ways.append(("ro&immutable=1", "NORMAL"))
    for mode, locking in ways[:-1]:
        with contextlib.suppress(sqlite3.OperationalError):
            return _begun_as(source, mode, locking)
    return _begun_as(source, *ways[-1])


def _begun_as(source: Path, mode: str, locking: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"{source.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    try:
        db.execute(f"PRAGMA locking_mode = {locking}")
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def verify(path: Path) -> None:
    """Reads all of a copy. Raises StorageError when it is damaged."""
    with database_errors(path), closing(sqlite3.connect(path)) as db:
        (words,) = db.execute("PRAGMA integrity_check (1)").fetchone()
    if words != "ok":
        raise StorageError(
            f"The history ({path.name}) is damaged.",
            hint="See what can be done: chat-studio history check.",
            detail=words,
        )


@contextlib.contextmanager
def alone(path: Path) -> Iterator[sqlite3.Connection]:
    """The database while no other connection has it open; others wait. Raises StorageError when one has.

    In WAL mode a connection holds a shared lock for as long as it lives, so that this also finds programs that do
    nothing at the moment, and none that was killed.
    """
    with database_errors(path), closing(sqlite3.connect(path, timeout=ALONE_SECONDS, isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            db.execute("BEGIN EXCLUSIVE")
            db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            raise StorageError(
                "Another window or command of Chat Studio has the history open.",
                hint="Close it and try again. Nothing was changed.",
                detail=f"{path}: {error}",
            ) from error
        yield db


def put_in_place(new: Path, path: Path) -> None:
    """Gives the database the content of another, all of it or none, in one transaction. Raises StorageError.

    `new` is a file of the same version. What has the file open afterwards sees the new content.
    """
    with alone(path) as db, closing(sqlite3.connect(new)) as source:
        source.backup(db)
        db.execute("PRAGMA wal_checkpoint (TRUNCATE)")
