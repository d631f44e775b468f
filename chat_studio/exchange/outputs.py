"""Files that appear at once when they are whole, and not at all when something fails or the user cancels."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from chat_studio.files import storage_errors

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u2028\u2029]+')
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?:\.|\Z)", re.IGNORECASE)
_BYTES = 120
"""Of a name, without what makes it unique; file systems take 255."""


class Outputs:
    """A hidden folder in which files are made: beside `target`, or in it if it is a folder that is there. `keep` puts
    them where they belong. Leaving the context without it removes all that was made. Raises StorageError.
    """

    def __init__(self, target: Path, *, several: bool) -> None:
        self.target = target.expanduser().absolute()
        self._several = several
        self._names: set[str] = set()
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        with storage_errors(self.target):
            place = self.target if self._several and self.target.is_dir() else self.target.parent
            place.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix=".chat-studio-export.", dir=place))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def new(self, title: str = "", suffix: str = "") -> Path:
        """Where to make the next file, under a name of its own."""
        if self._folder is None:
            raise RuntimeError("not entered")
        if not self._several:
            return self._folder / self.target.name
        name = _free(file_name(title), suffix, self._names, self.target)
        self._names.add(name.casefold())
        return self._folder / name

    def scratch(self, name: str) -> Path:
        """A place for what is not kept."""
        if self._folder is None:
            raise RuntimeError("not entered")
        (self._folder / ".scratch").mkdir(exist_ok=True)
        return self._folder / ".scratch" / name

    def keep(self) -> list[Path]:
        """Moves the files to the target, each at once; returns where they are."""
        if self._folder is None:
            raise RuntimeError("not entered")
        made = sorted(path for path in self._folder.iterdir() if path.is_file())
        with storage_errors(self.target):
            for path in made:
                _sync(path)
            if self._several:
                self.target.mkdir(exist_ok=True)
                return [_move(path, self.target / path.name) for path in made]
            return [_move(path, self.target) for path in made]


def file_name(title: str) -> str:
    """A title as the name of a file on every system, without a suffix."""
    name = " ".join(_FORBIDDEN.sub(" ", title).split())
    name = name.encode("utf-8", "replace")[:_BYTES].decode("utf-8", "ignore").strip(" .")
    if not name:
        return "Untitled"
    return f"_{name}" if _DEVICES.match(name) else name


def unused(path: Path) -> Path:
    """The path, with a number in its name if something has it already. Asks the disk."""
    number = 2
    found = path
    while found.exists():
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
    return found


def _free(name: str, suffix: str, taken: set[str], folder: Path) -> str:
    """The name with a number after it, if it is not the first; no file that is there is ever replaced."""
    number = 1
    while True:
        candidate = f"{name}{suffix}" if number == 1 else f"{name} ({number}){suffix}"
        if candidate.casefold() not in taken and not (folder / candidate).exists():
            return candidate
        number += 1


def _move(made: Path, place: Path) -> Path:
    os.replace(made, place)
    return place


def _sync(path: Path) -> None:
    """What is renamed is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
