"""The way back: a backup is examined and made ready beside what there is, then takes its place.

What was made ready is complete before anything is changed, and each part takes its place as a whole. A program that is
killed in between finds the rest when it starts next, and finishes first.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from chat_studio.backup import archive, create, folder
from chat_studio.backup.archive import CONNECTIONS, HISTORY, SETTINGS, Archive, Manifest
from chat_studio.backup.create import Progress
from chat_studio.backup.keyless import with_present_keys
from chat_studio.connections import sharing
from chat_studio.errors import StorageError
from chat_studio.files import storage_errors, write_atomically
from chat_studio.history import restoring
from chat_studio.paths import Paths

DONE = ".restored"
"""The name of what was made ready, when all of it has its place."""
ROOM = 2.2
"""Bytes of disk for one of history: the prepared copy, and the transaction that puts it in place."""


@dataclass(frozen=True)
class Restored:
    """`kept` is a backup of how it was before, None for an empty home. `without_keys` names connections whose keys the
    backup does not have and this computer neither."""

    manifest: Manifest
    kept: Path | None
    without_keys: tuple[str, ...]


def restore(paths: Paths, file: Path, progress: Progress = lambda done: None) -> Restored:
    """Puts the content of a backup in place of everything that it has. The caller has nothing of the home open.

    Raises FileUnusable for a file that cannot be used, and StorageError when the disk refuses or another program has
    the history open; nothing has changed then.
    """
    restored = prepare(paths, file, progress)
    finish(paths)
    return restored


def prepare(paths: Paths, file: Path, progress: Progress = lambda done: None) -> Restored:
    """Makes everything ready; the program puts it in place when it starts next (`finish`). Raises as `restore`."""
    is_sound = restoring.refuse_company(paths.history)
    with storage_errors(paths.data):
        paths.data.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=create.WORKSHOP, dir=paths.data))
    try:
        with archive.opened(file) as found:
            lacking = _unpack(found, paths, made, progress)
            manifest = found.manifest
        kept = _keep_present(paths, is_sound=is_sound)
        _declare_ready(made, paths.prepared_restore)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Restored(manifest, kept, tuple(lacking))


def finish(paths: Paths) -> bool:
    """Puts in place what a restore made ready, if there is any; returns whether there was.

    Raises StorageError when the disk refuses or another program has the history open. The history comes first: when it
    cannot be put in place, the restore is given up, and nothing has changed. After it, the next call goes on.
    """
    ready = paths.prepared_restore
    if not ready.is_dir():
        return False
    if (ready / HISTORY).exists():
        _put_history(ready / HISTORY, paths)
    if (ready / CONNECTIONS).exists():
        with sharing.lock(paths.connections):
            write_atomically(paths.connections, (ready / CONNECTIONS).read_text(encoding="utf-8"), mode=0o600)
    if (ready / SETTINGS).exists():
        write_atomically(paths.settings, (ready / SETTINGS).read_text(encoding="utf-8"))
    _drop(ready)
    return True


def _put_history(new: Path, paths: Paths) -> None:
    aside = paths.history.with_name(f"{paths.history.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}.sqlite3")
    try:
        restoring.put_in_place(new, paths.history, aside)
    except StorageError:
        _drop(new.parent)
        raise
    with storage_errors(new):
        new.unlink()


def _drop(ready: Path) -> None:
    """Takes away what was made ready, at once, so that half of it is never taken for something to finish."""
    done = ready.with_name(DONE)
    with storage_errors(ready):
        shutil.rmtree(done, ignore_errors=True)
        os.replace(ready, done)
    shutil.rmtree(done, ignore_errors=True)


def _unpack(found: Archive, paths: Paths, made: Path, progress: Progress) -> list[str]:
    """Writes the parts, verified and up to date, to `made`; names of connections that lack a key."""
    facts = found.manifest.parts
    _check_room(made, sum(part.size for part in facts.values()))
    counted = create.Counted(progress, sum(part.size for part in facts.values()), 0.0, 0.8)
    lacking: list[str] = []
    if HISTORY in facts:
        found.extract(HISTORY, made / HISTORY, counted)
        restoring.prepare(made / HISTORY)
    if SETTINGS in facts:
        found.extract(SETTINGS, made / SETTINGS, counted)
    if CONNECTIONS in facts:
        text, lacking = with_present_keys(found.text(CONNECTIONS), _text(paths.connections))
        write_atomically(made / CONNECTIONS, text, mode=0o600)
    progress(1.0)
    return lacking


def _keep_present(paths: Paths, *, is_sound: bool) -> Path | None:
    if not any(path.exists() for path in (paths.history, paths.settings, paths.connections)):
        return None
    kept = create.create(paths, kind="before-restore", with_history=is_sound)
    folder.remove_old(paths.backups, "before-restore")
    return kept.path


def _declare_ready(made: Path, ready: Path) -> None:
    """Leaves in `made` what is to be put in place only, under the name that `finish` looks for."""
    with storage_errors(ready):
        for file in made.iterdir():
            if file.name not in archive.PARTS:
                file.unlink()
        shutil.rmtree(ready, ignore_errors=True)  # of an earlier restore that nobody finished
        os.replace(made, ready)


def _check_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size * ROOM:
        raise StorageError(
            "There is not enough room on the disk to restore this backup.",
            hint=f"Free {(size * ROOM - free) / 1e6:,.0f} MB and try again. Nothing was changed.",
        )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
