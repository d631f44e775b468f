"""Writing small files so that no reader, and no crash, ever sees half of one."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from chat_studio.errors import StorageError


def write_atomically(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Replaces `path` by `text` (UTF-8): a temporary file beside it, fsync, rename. Follows a symbolic link.

    Raises StorageError when the disk is full, read-only or forbidden; `path` is then as it was.
    """
    target = path.resolve()
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, mode)
            os.replace(name, target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
        _sync_directory(target.parent)


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns the operating system's refusals about `path` into a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{path.name} could not be written: {_REASONS.get(error.errno or 0, error.strerror or str(error))}.",
            hint=_HINTS.get(error.errno or 0, f"Check the folder {path.parent} and try again."),
            detail=str(error),
        ) from error


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "this user may not write there",
    errno.EPERM: "this user may not write there",
}
_HINTS = {
    errno.ENOSPC: "Free some space and try again; nothing that was stored is lost.",
    errno.EDQUOT: "Free some space and try again; nothing that was stored is lost.",
    errno.EROFS: "Make the disk writable, or start with another home: chat-studio --home DIR.",
}


def _sync_directory(directory: Path) -> None:
    """Makes the rename itself durable; Windows neither needs nor allows it."""
    if os.name == "nt":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
