"""Searches that end when nobody waits for them any more."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

from chat_studio.history.worker import Worker

P = ParamSpec("P")
T = TypeVar("T")


class Searches:
    """Does searches on a worker which has other work too, and ends one when its caller is cancelled."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._lock = Lock()  # an interruption never meets the work that follows the search
        self._running: object = None

    async def run(
        self, search: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `search` returns. Raises StorageError."""
        abandoned = False
        mine = object()
        found: list[T] = []

        def work(db: sqlite3.Connection) -> None:
            with self._lock:
                if abandoned:
                    return
                self._running = mine
            try:
                found.append(search(db, *args, **kwargs))
            except sqlite3.OperationalError:
                if not abandoned:
                    raise
            finally:
                with self._lock:
                    self._running = None

        try:
            await self._worker.run(work)
        except asyncio.CancelledError:
            with self._lock:
                abandoned = True
                if self._running is mine:
                    self._worker.interrupt()
            raise
        return found[0]
