"""Which programs are alive, told by locks that the operating system drops when a process ends, however it ends."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from chat_studio.files import storage_errors

if TYPE_CHECKING:
    from filelock import BaseFileLock


class Runner:
    """This program, as the owner of its running answers. Process ids are used again, and tell nothing after a crash."""

    def __init__(self, folder: Path) -> None:
        self.id = uuid.uuid4().hex
        self._folder = folder
        self._lock: BaseFileLock | None = None

    def begin(self) -> None:
        """From now on other programs see that this one is alive. Raises StorageError."""
        if self._lock is None:
            lock = self._lock_of(self.id)
            with storage_errors(self._folder.parent):  # a name that says more than the lock's
                self._folder.mkdir(parents=True, exist_ok=True)
                lock.acquire(timeout=0)
            self._lock = lock

    def end(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
            self._file(self.id).unlink(missing_ok=True)

    def is_gone(self, other: str) -> bool:
        """Whether the program that once called itself `other` has ended. Removes its lock file then."""
        if other == self.id:
            return False
        from filelock import Timeout

        file = self._file(other)
        if not file.exists():
            return True
        lock = self._lock_of(other)
        with storage_errors(file):
            try:
                lock.acquire(timeout=0)
            except Timeout:
                return False
            lock.release()
            file.unlink(missing_ok=True)
        return True

    def _file(self, runner_id: str) -> Path:
        return self._folder / f"{runner_id}.lock"

    def _lock_of(self, runner_id: str) -> BaseFileLock:
        from filelock import FileLock

        return FileLock(self._file(runner_id))
