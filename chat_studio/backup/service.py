"""Backups as the window and the composition root see them: asynchronous, in threads, with progress and an end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from chat_studio.errors import StudioError
from chat_studio.history.store import HistoryStore
from chat_studio.paths import Paths

if TYPE_CHECKING:
    from chat_studio.backup.folder import Backup
    from chat_studio.backup.restore import Restored

T = TypeVar("T")

START_SECONDS = 60.0
"""How long after the start the first automatic backup is thought of: the user has better use for the disk then."""
LOOK_SECONDS = 600.0
"""How often is looked whether a new day has begun: a computer that slept does not count the hours."""


class Cancelled(Exception):
    """Ends the thread whose caller went away."""


class Backups:
    """The backups of one home. A call whose task is cancelled ends its thread and leaves nothing behind.

    `progress` gets the part that is done, from 0 to 1, in the thread that works. Everything raises StorageError when
    the disk refuses, and FileUnusable for a file that is no backup.
    """

    def __init__(self, paths: Paths, history: HistoryStore) -> None:
        self._paths = paths
        self._history = history

    async def create(self, target: Path | None = None, progress: Callable[[float], None] = lambda done: None) -> Backup:
        """Makes a backup as `target`, else in the home's folder for them."""
        from chat_studio.backup import create

        def work(heard: Callable[[float], None]) -> Backup:
            return create.create(self._paths, target, progress=heard)

        return await _with_an_end(asyncio.to_thread, work, progress)

    async def list(self) -> list[Backup]:
        """The backups in the home's folder, the newest first."""
        from chat_studio.backup import folder

        return await asyncio.to_thread(folder.backups, self._paths.backups)

    async def prepare_restore(self, file: Path, progress: Callable[[float], None] = lambda done: None) -> Restored:
        """Makes a backup ready to take the place of everything when the program starts next.

        The caller ends turns before (`Sessions.aclose`), and the program after: what it stores in between is lost.
        """
        from chat_studio.backup import restore

        def work(heard: Callable[[float], None]) -> Restored:
            return restore.prepare(self._paths, file, heard)

        return await _with_an_end(self._history.alone, work, progress)

    async def keep_daily(self, is_wanted: Callable[[], bool], tell: Callable[[StudioError], None]) -> None:
        """Makes the automatic backup of each day on which something changed, until it is cancelled.

        A failure is told once; the next day's, and that of the next start, is tried all the same.
        """

        def make(heard: Callable[[float], None]) -> None:
            from chat_studio.backup import daily  # in the thread that works: the window's has other things to do

            daily.make_if_due(self._paths, heard)

        told = False
        pause = START_SECONDS
        while True:
            await asyncio.sleep(pause)
            pause = LOOK_SECONDS
            if not is_wanted():
                continue
            try:
                await _with_an_end(asyncio.to_thread, make, lambda done: None)
            except StudioError as error:
                from chat_studio.backup import daily

                pause = daily.seconds_to_tomorrow(datetime.now().astimezone())
                if not told:
                    told = True
                    tell(error)


async def _with_an_end(
    run: Callable[[Callable[[], T]], Coroutine[None, None, T]],
    work: Callable[[Callable[[float], None]], T],
    progress: Callable[[float], None],
) -> T:
    """Lets `run` do the work in a thread; when the caller is cancelled, its next step ends it, and that is awaited."""
    given_up = threading.Event()

    def heard(done: float) -> None:
        if given_up.is_set():
            raise Cancelled
        progress(done)

    running = asyncio.ensure_future(run(partial(work, heard)))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        given_up.set()
        await asyncio.wait({running})
        if not running.cancelled():
            running.exception()  # told nobody any more
        raise
