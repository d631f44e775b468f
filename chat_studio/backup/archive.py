"""The file of a backup: a ZIP with a manifest that names every part by its size and SHA-256."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import ValidationError

from chat_studio.errors import FileUnusable
from chat_studio.files import storage_errors
from chat_studio.messages import Value

MANIFEST = "manifest.json"
HISTORY = "history.sqlite3"
SETTINGS = "settings.json"
CONNECTIONS = "llm_connections.json"
PARTS = (HISTORY, SETTINGS, CONNECTIONS)
FORMAT = 1
CHUNK = 1 << 20
LARGEST_TEXT = 64 << 20
"""Bytes of settings and connections: a thousand connections take 300 kB."""
LARGEST_MANIFEST = 1 << 20
MOST_PACKED = 250
"""How many times larger a database may be than its part of the file: full of zeros it would be 1,030 times, and real
ones are 2 to 10 times larger."""
FREE = 1 << 30
"""Bytes up to which nobody asks how tightly they are packed."""
LEVEL = 3

Kind = Literal["user", "automatic", "before-restore"]
Advance = Callable[[int], None]
"""Told how many bytes more are done. May wait, and may raise to give up."""


class PartFacts(Value):
    size: int
    sha256: str


class Manifest(Value):
    """What a backup says of itself. `notes` tell what could not be taken along."""

    format: int = FORMAT
    program: str
    kind: Kind
    created_at: datetime
    conversations: int = 0
    messages: int = 0
    parts: Mapping[str, PartFacts]
    notes: tuple[str, ...] = ()


def write(target: Path, files: Mapping[str, Path], describe: Callable[..., Manifest], advance: Advance) -> Manifest:
    """Packs files under their names; `describe` makes the manifest of their facts. Raises StorageError."""
    with storage_errors(target), open(target, "xb", opener=_for_the_owner) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as pack:
            facts = {name: _pack(pack, name, path, advance) for name, path in files.items()}
            manifest = describe(parts=facts)
            pack.writestr(MANIFEST, manifest.model_dump_json(indent=2))
        file.flush()
        os.fsync(file.fileno())
    return manifest


class Archive:
    """A backup that was opened; its names and sizes have been looked at, its content has not."""

    def __init__(self, path: Path, pack: zipfile.ZipFile) -> None:
        self._path = path
        self._pack = pack
        infos = {info.filename: info for info in pack.infolist()}
        if len(infos) != len(pack.infolist()) or not {MANIFEST} <= set(infos) <= {MANIFEST, *PARTS}:
            raise _refused(path, "it holds other files than a backup does")
        self.manifest = self._manifest(infos[MANIFEST])
        if set(infos) != {MANIFEST, *self.manifest.parts}:
            raise _refused(path, "parts are missing")
        for name, facts in self.manifest.parts.items():
            self._check_size(infos[name], facts)

    def verify(self, advance: Advance = lambda size: None) -> None:
        """Reads everything and compares. Raises FileUnusable."""
        for name in self.manifest.parts:
            for piece in self._pieces(name):
                advance(len(piece))

    def extract(self, name: str, target: Path, advance: Advance = lambda size: None) -> None:
        """Writes a part to a new file for the owner only. Raises FileUnusable when it is not what it should be."""
        with storage_errors(target), open(target, "xb", opener=_for_the_owner) as file:
            for piece in self._pieces(name):
                file.write(piece)
                advance(len(piece))
            file.flush()
            os.fsync(file.fileno())

    def text(self, name: str) -> str:
        try:
            return b"".join(self._pieces(name)).decode()
        except UnicodeDecodeError as error:
            raise _refused(self._path, f"{name} is no text") from error

    def _pieces(self, name: str) -> Iterator[bytes]:
        facts = self.manifest.parts[name]
        digest, size = hashlib.sha256(), 0
        with _zip_errors(self._path), self._pack.open(name) as file:
            while size <= facts.size and (piece := file.read(CHUNK)):
                digest.update(piece)
                size += len(piece)
                yield piece
        if size != facts.size or digest.hexdigest() != facts.sha256:
            raise _refused(self._path, f"{name} is not as it was when the backup was made")

    def _manifest(self, info: zipfile.ZipInfo) -> Manifest:
        if info.file_size > LARGEST_MANIFEST:
            raise _refused(self._path, "its manifest is too large")
        with _zip_errors(self._path), self._pack.open(info) as file:
            text = file.read(LARGEST_MANIFEST)
        try:
            manifest = Manifest.model_validate_json(text)
        except ValidationError as error:
            raise _refused(self._path, "its manifest cannot be read", str(error)) from error
        if manifest.format > FORMAT:
            raise FileUnusable(
                f"{self._path.name} was made by a newer version of Chat Studio ({manifest.program}).",
                hint="Update Chat Studio and try again.",
            )
        return manifest

    def _check_size(self, info: zipfile.ZipInfo, facts: PartFacts) -> None:
        packed = min(info.compress_size, self._path.stat().st_size)
        packed_too_well = info.file_size > max(FREE, MOST_PACKED * packed)
        too_large = info.filename != HISTORY and info.file_size > LARGEST_TEXT
        if info.file_size != facts.size or packed_too_well or too_large or info.flag_bits & 1:
            raise _refused(self._path, f"{info.filename} has not the size that it should have")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The backup in a file. Raises FileUnusable for one that is none, is cut short, or could do harm."""
    with contextlib.ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(_open(path))
        with _zip_errors(path):
            found = Archive(path, stack.enter_context(zipfile.ZipFile(file)))
        yield found


def _for_the_owner(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise FileUnusable(f"{path} cannot be read: {error.strerror}.", hint="Check the name.") from error


_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged archive raises, in zipfile's and zlib's ways: an offset before the beginning is an OSError."""


@contextlib.contextmanager
def _zip_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise _refused(path, "it is damaged, or no backup at all", str(error)) from error


def _refused(path: Path, reason: str, detail: str = "") -> FileUnusable:
    return FileUnusable(
        f"{path.name} is no backup that can be used: {reason}.",
        hint="Choose another one: chat-studio backup list. Nothing was changed.",
        detail=detail,
    )


def _pack(pack: zipfile.ZipFile, name: str, path: Path, advance: Advance) -> PartFacts:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, pack.open(name, "w", force_zip64=True) as target:
        while piece := source.read(CHUNK):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
            advance(len(piece))
    return PartFacts(size=size, sha256=digest.hexdigest())
