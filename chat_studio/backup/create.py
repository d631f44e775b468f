"""Making a backup: everything of a home but keys, in one file, while the program goes on."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from chat_studio import __version__
from chat_studio.backup import archive, folder
from chat_studio.backup.archive import CONNECTIONS, HISTORY, SETTINGS, Kind, Manifest
from chat_studio.backup.folder import Backup
from chat_studio.backup.keyless import without_keys
from chat_studio.errors import FileUnusable, StorageError
from chat_studio.files import storage_errors
from chat_studio.history import copying, restoring
from chat_studio.paths import Paths

WORKSHOP = ".chat-studio-backup-"
"""How the folder begins in which a backup is made, beside where it goes."""
STALE_SECONDS = 24 * 3600.0
"""After that long the folder is one of a program that was killed."""

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1, from the thread that works. It may wait, and may raise to give up."""


def create(
    paths: Paths,
    target: Path | None = None,
    *,
    kind: Kind = "user",
    with_history: bool = True,
    progress: Progress = lambda done: None,
) -> Backup:
    """Writes a backup to `target`, else to the home's own folder; returns it when it has been read again and is good.

    The file appears whole or not at all, readable by its owner only. Raises StorageError when the disk refuses, the
    history is damaged, or there is a file of this name already.
    """
    created = datetime.now(UTC)
    path = target or folder.free_name(paths.backups, kind, created)
    if target is not None and target.exists():
        raise StorageError(f"There already is a file {target}.", hint="Choose another name. Nothing was written.")
    with _workshop(path.parent) as workshop:
        files, notes = _collect(paths, workshop, with_history=with_history, progress=progress)
        packed = workshop / "packed.zip"
        describe = partial(_manifest, workshop, kind, created, tuple(notes))
        size = sum(file.stat().st_size for file in files.values())
        manifest = archive.write(packed, files, describe, Counted(progress, size, 0.4, 0.9))
        with archive.opened(packed) as written:
            written.verify(Counted(progress, size, 0.9, 1.0))
        with storage_errors(path):
            os.replace(packed, path)
    return Backup(path, path.stat().st_size, manifest)


class Counted:
    """Tells of bytes as a piece of the whole."""

    def __init__(self, progress: Progress, size: int, start: float, end: float) -> None:
        self._progress = progress
        self._size = max(size, 1)
        self._start = start
        self._share = end - start
        self._done = 0

    def __call__(self, size: int) -> None:
        self._done += size
        self._progress(self._start + self._share * self._done / self._size)


def _collect(
    paths: Paths, workshop: Path, *, with_history: bool, progress: Progress
) -> tuple[dict[str, Path], list[str]]:
    """Copies of all that goes along, and what cannot."""
    files: dict[str, Path] = {}
    notes: list[str] = []
    if with_history and paths.history.exists():
        files[HISTORY] = workshop / HISTORY
        copying.copy_database(paths.history, files[HISTORY], lambda done, total: progress(0.4 * done / max(total, 1)))
        copying.verify(files[HISTORY])
    elif paths.history.exists():
        notes.append("The history is damaged and was left out.")
    texts = {SETTINGS: _settings(paths.settings, notes), CONNECTIONS: _connections(paths.connections, notes)}
    for name, text in texts.items():
        if text:
            files[name] = workshop / name
            with storage_errors(files[name]):
                files[name].write_text(text, encoding="utf-8", newline="\n")
    return files, notes


def _settings(path: Path, notes: list[str]) -> str:
    try:
        return path.read_text(encoding="utf-8-sig") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        notes.append(f"The settings could not be read and were left out ({error}).")
        return ""


def _connections(path: Path, notes: list[str]) -> str:
    try:
        return without_keys(path.read_text(encoding="utf-8-sig")) if path.exists() else ""
    except (OSError, UnicodeDecodeError, FileUnusable) as error:
        notes.append(f"The connections could not be read and were left out ({error}).")
        return ""


def _manifest(
    workshop: Path, kind: Kind, created: datetime, notes: tuple[str, ...], parts: dict[str, archive.PartFacts]
) -> Manifest:
    conversations, messages = restoring.counts(workshop / HISTORY) if HISTORY in parts else (0, 0)
    return Manifest(
        program=__version__,
        kind=kind,
        created_at=created,
        conversations=conversations,
        messages=messages,
        parts=parts,
        notes=notes,
    )


@contextlib.contextmanager
def _workshop(parent: Path) -> Iterator[Path]:
    """A folder for the owner only, on the disk where the backup goes; first removes those of programs that died."""
    with storage_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        for old in parent.glob(f"{WORKSHOP}*"):
            if time.time() - old.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix=WORKSHOP, dir=parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
