"""The backups that lie in the home, and which of them are kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chat_studio.backup.archive import Kind, Manifest, opened
from chat_studio.errors import FileUnusable
from chat_studio.files import storage_errors

KEPT: dict[Kind, int] = {"automatic": 7, "before-restore": 3}
"""How many backups that the program made by itself are kept. Those that the user asked for are never removed."""
_STEMS: dict[Kind, str] = {"user": "backup", "automatic": "automatic", "before-restore": "before-restore"}


@dataclass(frozen=True)
class Backup:
    """A backup file. Without a manifest it cannot be used, and `problem` says why."""

    path: Path
    size: int
    manifest: Manifest | None
    problem: str = ""


def backups(folder: Path) -> list[Backup]:
    """All backups of a folder, the newest first, those that cannot be used last. Raises StorageError."""
    with storage_errors(folder):
        paths = sorted(folder.glob("*.zip")) if folder.is_dir() else []
    found = [_backup(path) for path in paths]
    return sorted(found, key=_age, reverse=True)


def newest(folder: Path, kind: Kind) -> Manifest | None:
    """The manifest of the last good one of a kind."""
    manifests = (found.manifest for found in backups(folder))
    return next((manifest for manifest in manifests if manifest is not None and manifest.kind == kind), None)


def free_name(folder: Path, kind: Kind, time: datetime) -> Path:
    """A name that tells kind and local time, and that no file has."""
    stem = f"{_STEMS[kind]}-{time.astimezone():%Y%m%d-%H%M%S}"
    names = (folder / f"{stem}{suffix}.zip" for suffix in _suffixes())
    return next(name for name in names if not name.exists())


def remove_old(folder: Path, kind: Kind) -> None:
    """Removes what is beyond the number that is kept of a kind. Raises StorageError."""
    own = [found.path for found in backups(folder) if found.manifest is not None and found.manifest.kind == kind]
    with storage_errors(folder):
        for path in own[KEPT[kind] :]:
            if path.name.startswith(_STEMS[kind]):  # one that the user has renamed is the user's
                path.unlink(missing_ok=True)


def _backup(path: Path) -> Backup:
    size = 0
    with contextlib.suppress(FileNotFoundError):
        size = path.stat().st_size
    try:
        with opened(path) as archive:
            return Backup(path, size, archive.manifest)
    except FileUnusable as error:
        return Backup(path, size, None, error.message)


def _age(found: Backup) -> tuple[bool, float, str]:
    made = found.manifest.created_at.timestamp() if found.manifest is not None else 0.0
    return found.manifest is not None, made, found.path.name


def _suffixes() -> Iterator[str]:
    yield ""
    for number in range(2, 10_000):
        yield f"-{number}"
