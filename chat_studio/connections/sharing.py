"""What two programs on the same home need: one of them at a time changes a file, and no good version is lost."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

from chat_studio.errors import StorageError
from chat_studio.files import storage_errors, write_atomically

LOCK_TIMEOUT = 10.0
"""Seconds to wait for another program's edit, which takes some milliseconds."""
COPIES = 3


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Holds the lock file beside `path` for the block. Raises StorageError when it cannot be had."""
    import filelock

    held = filelock.FileLock(path.with_name(f".{path.name}.lock"), timeout=LOCK_TIMEOUT)
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            held.acquire()
        except filelock.Timeout as error:
            raise StorageError(
                f"{path.name} could not be changed: another program holds its lock.",
                hint="Close other windows and commands of Chat Studio, then try again.",
                detail=str(error),
            ) from error
    try:
        yield
    finally:
        held.release()


class Copies:
    """The last good versions of a file (`NAME.bak-1`, the newest, to `NAME.bak-3`), and the unreadable ones."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, text: str) -> None:
        """Makes `text` the newest copy, unless it is that already. Raises StorageError."""
        copies = self._paths()
        if _text(copies[0]) == text:
            return
        with storage_errors(copies[0]):
            for older, newer in zip(reversed(copies), reversed(copies[:-1]), strict=False):
                with contextlib.suppress(FileNotFoundError):
                    os.replace(newer, older)
        write_atomically(copies[0], text, mode=0o600)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Name and text of each copy that can be read, the newest first."""
        for path in self._paths():
            if text := _text(path):
                yield path.name, text

    def keep_aside(self, content: bytes) -> Path:
        """Stores an unreadable version as `NAME.unreadable-N`, once however often it is met. Raises StorageError.

        The caller holds the lock.
        """
        names = (f"{self._path.name}.unreadable-{number}" for number in itertools.count(1))
        with storage_errors(self._path):
            aside = next(path for path in map(self._path.with_name, names) if not _differs(path, content))
            aside.touch(mode=0o600)
            aside.write_bytes(content)
        return aside

    def replace_key(self, key: str, reference: str | None) -> None:
        """Takes a key that has left the file out of its copies as well."""
        spelled = {json.dumps(key), json.dumps(key, ensure_ascii=False)}
        for path in self._paths():
            text = changed = _text(path)
            for spelling in spelled:
                changed = changed.replace(spelling, json.dumps(reference))
            if changed != text:
                write_atomically(path, changed, mode=0o600)

    def _paths(self) -> list[Path]:
        return [self._path.with_name(f"{self._path.name}.bak-{number}") for number in range(1, COPIES + 1)]


def _differs(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() != content
    except FileNotFoundError:
        return False


def _text(path: Path) -> str:
    """The text of a copy, "" if there is none or it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
