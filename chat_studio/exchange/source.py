"""Opening what shall be imported, whatever it is, and reading its elements."""

from __future__ import annotations

import codecs
import json
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event
from typing import IO, Self

from chat_studio.errors import ImportFailed
from chat_studio.exchange.archive import DAMAGE, Archive
from chat_studio.exchange.assets import Assets, NoAssets
from chat_studio.exchange.elements import Element, Splitter
from chat_studio.exchange.threads import Pauses

PIECE = 64 * 1024
"""Bytes read at once."""
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_CHOOSE = "Choose conversations.json, the ZIP archive that the other program sent, or an export of Chat Studio."
_KNOWN = {
    b"SQLite format 3": ("a database", "A history is restored from a backup, not imported."),
    b"%PDF": ("a PDF", _CHOOSE),
    b"\x1f\x8b": ("packed by gzip", "Unpack it, and import what was in it."),
    b"Rar!": ("a RAR archive", "Unpack it, and import what was in it."),
    b"7z\xbc\xaf": ("a 7-Zip archive", "Unpack it, and import what was in it."),
    b"<": ("a web page or XML", _CHOOSE),
}


class Source(AbstractContextManager["Source"]):
    """An open file. Raises ImportFailed when it cannot be one that holds conversations. Used in one thread at a time.

    `size` are the bytes there are to read, `position` those that were read; `assets` are the files that came with it.
    `stop` ends the reading soon.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.position = 0
        self.stop = Event()
        self._path = path
        self._archive: Archive | None = None
        beginning = _beginning(path)
        if beginning.startswith((_ZIP, _EMPTY_ZIP)):
            self._archive = Archive(path)
            self.size = sum(entry.file_size for entry in self._archive.texts)
            return
        self.size = path.stat().st_size
        _check(path.name, beginning)

    @property
    def assets(self) -> Assets:
        return self._archive or NoAssets()

    def texts(self) -> Iterator[Iterator[Element]]:
        """The elements of each text: one in a plain file, as many as there are in an archive."""
        for entry in self._archive.texts if self._archive else (None,):
            yield self._elements(entry)

    def _elements(self, entry: zipfile.ZipInfo | None) -> Iterator[Element]:
        splitter = Splitter()
        try:
            with self._open(entry) as file:
                for piece in self._pieces(file):
                    yield from splitter.feed(piece)
        except DAMAGE:
            yield Element("missing")
        else:
            if not self.stop.is_set():
                yield from splitter.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._archive is not None:
            self._archive.close()

    def _open(self, entry: zipfile.ZipInfo | None) -> IO[bytes]:
        return self._path.open("rb") if self._archive is None or entry is None else self._archive.open(entry)

    def _pieces(self, file: IO[bytes]) -> Iterator[str]:
        """The file's text. What is no text in its encoding becomes U+FFFD."""
        data = file.read(PIECE)
        decoder = codecs.getincrementaldecoder(json.detect_encoding(data))("replace")
        pause = Pauses()
        while data and not self.stop.is_set():
            pause()
            self.position += len(data)
            yield decoder.decode(data)
            data = file.read(PIECE)
        yield decoder.decode(b"", final=True)


def _beginning(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImportFailed(f"{path.name or path} is a folder.", hint=_CHOOSE)
        if path.exists() and not path.is_file():
            raise ImportFailed(f"{path.name} is no regular file.", hint=_CHOOSE)
        with path.open("rb") as file:
            return file.read(4096)
    except FileNotFoundError as error:
        raise ImportFailed(f"There is no file {path}.", hint="Check the name.", detail=str(error)) from error
    except PermissionError as error:
        raise ImportFailed(
            f"{path.name} may not be read by this user.", hint="Change its permissions, or copy it.", detail=str(error)
        ) from error
    except (OSError, ValueError) as error:
        raise ImportFailed(
            f"{path.name} cannot be read.", hint="Check its disk, or copy it.", detail=str(error)
        ) from error


def _check(name: str, beginning: bytes) -> None:
    """Refuses what cannot be JSON of conversations, by its first bytes."""
    if not beginning:
        raise ImportFailed(f"{name} is empty.", hint="Download or copy it again.")
    for magic, (what, hint) in _KNOWN.items():
        if beginning.removeprefix(codecs.BOM_UTF8).lstrip().startswith(magic):
            raise ImportFailed(f"{name} is {what}, not an export of conversations.", hint=hint)
    text = beginning.decode(json.detect_encoding(beginning), "ignore").lstrip("\ufeff \t\r\n")
    if text[:1] not in ("[", "{"):
        raise ImportFailed(f"{name} holds no conversations: it is not JSON.", hint=_CHOOSE)
