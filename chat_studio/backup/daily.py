"""The backup that the program makes by itself, once a day."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chat_studio.backup import create, folder
from chat_studio.backup.create import Progress
from chat_studio.backup.folder import Backup
from chat_studio.files import storage_errors
from chat_studio.paths import Paths

DAY = timedelta(days=1)
PAUSE = 0.005
"""Seconds between two steps of half a megabyte: the disk and the processor belong to the user."""


def make_if_due(paths: Paths, progress: Progress = lambda done: None) -> Backup | None:
    """Makes the automatic backup if one is due, and removes those beyond the last seven. Raises StorageError.

    Of several programs on one home only one makes it.
    """
    from filelock import FileLock, Timeout

    if not is_due(paths, datetime.now(UTC)):
        return None
    with storage_errors(paths.backups):
        paths.backups.mkdir(parents=True, exist_ok=True)
        lock = FileLock(paths.backups / ".automatic.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return None
    try:
        if not is_due(paths, datetime.now(UTC)):  # another program was faster
            return None

        def gently(done: float) -> None:
            progress(done)
            time.sleep(PAUSE)

        made = create.create(paths, kind="automatic", progress=gently)
        folder.remove_old(paths.backups, "automatic")
        return made
    finally:
        lock.release()


def is_due(paths: Paths, now: datetime) -> bool:
    """Whether the last automatic backup is a day old, or from another day, and something changed since."""
    last = folder.newest(paths.backups, "automatic")
    if last is None:
        return paths.history.exists()
    another_day = last.created_at.astimezone().date() != now.astimezone().date()
    return (another_day or now - last.created_at >= DAY) and _changed(paths) > last.created_at


def seconds_to_tomorrow(now: datetime) -> float:
    """Seconds to the next local midnight; `now` is aware."""
    midnight = (now + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    return max((midnight - now).total_seconds(), 1.0)


def _changed(paths: Paths) -> datetime:
    """When anything that goes into a backup was written last."""
    log = paths.history.with_name(f"{paths.history.name}-wal")
    times = [_time_of(path) for path in (paths.history, log, paths.settings, paths.connections)]
    return datetime.fromtimestamp(max(times), UTC)


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
