"""A thread with a connection of its own to the database."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from chat_studio.history.db import database_errors, open_database, open_for_reading, refuses_writing

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """Does one piece of work after the other, in the order of the calls. The file is opened by the first.

    A piece that `only_reads` sees one state of the file from its first statement to its last, whoever writes meanwhile.
    """

    def __init__(self, path: Path, name: str, *, only_reads: bool = False) -> None:
        self._path = path
        self._only_reads = only_reads
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._db: sqlite3.Connection | None = None
        self._refusal: sqlite3.OperationalError | None = None
        self._closed = False

    async def run(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns. It goes on to its end even when the caller is cancelled. Raises StorageError."""

        def run() -> T:
            with database_errors(self._path):
                try:
                    db = self._connection()
                    with _one_state(db) if self._only_reads else contextlib.nullcontext():
                        return work(db, *args, **kwargs)
                except sqlite3.OperationalError as error:
                    if self._refusal is not None and refuses_writing(error):
                        raise self._refusal from error
                    raise

        done = asyncio.wrap_future(self._thread.submit(run))
        done.add_done_callback(_look_at)
        return await asyncio.shield(done)

    def submit_closed(self, work: Callable[[], T]) -> Future[T]:
        """Does `work` while the file is closed; the next `run` opens it again."""

        def run() -> T:
            self._close()
            return work()

        return self._thread.submit(run)

    def interrupt(self) -> None:
        """Ends the statement that runs at the moment, if there is one, with an sqlite3.OperationalError."""
        if self._db is not None:
            self._db.interrupt()

    async def aclose(self, last: Callable[[], None] = lambda: None) -> None:
        """Closes the file, for good, and does `last`. Waits for work that was begun."""
        if not self._closed:
            self._closed = True
            await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._close, last)))
            self._thread.shutdown()

    def _connection(self) -> sqlite3.Connection:
        """Opens the file if need be; on a disk that refuses writes only for reading, until it can be opened whole."""
        if self._db is None or self._refusal is not None:
            try:
                opened = open_database(self._path)
            except sqlite3.OperationalError as error:
                if self._db is None and refuses_writing(error):
                    self._db = open_for_reading(self._path)
                if self._db is None:
                    raise
                self._refusal = error
            else:
                self._close()
                self._db, self._refusal = opened, None
        return self._db

    def _close(self, last: Callable[[], None] = lambda: None) -> None:
        with database_errors(self._path):
            if self._db is not None:
                self._db.close()
                self._db = None
            last()


@contextlib.contextmanager
def _one_state(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:  # SQLite may have ended it because of an error
            db.execute("ROLLBACK")  # nothing was written


def _look_at(done: asyncio.Future[T]) -> None:
    """A failure is told to who waits; where nobody does any more, asyncio would complain that it was not looked at."""
    if not done.cancelled():
        done.exception()
