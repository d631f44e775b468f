"""ZIP archives of exports, read where they lie: nothing is unpacked onto the disk, so no name in them is a path."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from chat_studio.errors import ImportFailed
from chat_studio.exchange.assets import asset_id

LARGEST = 64 * 1024**3
"""Bytes of all files of an archive, unpacked."""
LARGEST_ASSET = 32 * 1024**2
"""Bytes of one image or attachment."""
RATIO = 200
"""How many times its packed size a file may have; JSON of conversations has 3 to 20 times, a bomb a thousand."""
SMALL = 1024**2
"""Bytes below which the ratio says nothing."""
MOST = 200_000
"""Files in one archive."""

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged archive raises, in zipfile's and zlib's ways."""

_CONVERSATIONS = re.compile(r"conversations(?:[-_]\d+)?\.json\Z", re.IGNORECASE)
_ENCRYPTED = 0x1


class Archive:
    """An open ZIP file whose contents are checked before they are read. Raises ImportFailed."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except DAMAGE as error:
            raise ImportFailed(
                f"{path.name} is a damaged ZIP archive.",
                hint="Download or copy it again; the end of the file may be missing.",
                detail=str(error),
            ) from error
        try:
            entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
            _check(path.name, entries)
            self.texts = _texts(path.name, entries)
        except BaseException:
            self._zip.close()
            raise
        self._assets: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = entry.filename.replace("\\", "/").rsplit("/", 1)[-1]
            self._assets.setdefault(asset_id(name), entry)
            self._assets.setdefault(name, entry)

    def open(self, entry: zipfile.ZipInfo) -> IO[bytes]:
        return self._zip.open(entry)

    def find(self, pointer: str) -> bytes | None:
        """The bytes of an asset; None when it is not there, too large, or damaged."""
        entry = self._assets.get(asset_id(pointer))
        if entry is None or entry.file_size > LARGEST_ASSET:
            return None
        try:
            return self._zip.read(entry)
        except DAMAGE:
            return None

    def close(self) -> None:
        self._zip.close()


def _check(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuses what is not an export but a trap, by the sizes that zipfile holds reading to."""
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise ImportFailed(
            f"{name} is protected by a password.", hint="Unpack it with its password, and import what was in it."
        )
    if len(entries) > MOST or sum(entry.file_size for entry in entries) > LARGEST:
        raise ImportFailed(
            f"{name} holds more than an export can.", hint="Unpack it, and import its conversations.json."
        )
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > RATIO * max(1, entry.compress_size):
            raise ImportFailed(
                f"{name} holds a file that unpacks to {RATIO} times its size and more.",
                hint="Such archives are made to fill disks. If you trust it, unpack it and import what is in it.",
                detail=entry.filename,
            )


def _texts(name: str, entries: Sequence[zipfile.ZipInfo]) -> tuple[zipfile.ZipInfo, ...]:
    """The files with conversations; any other JSON when none has the usual name."""
    own = [entry for entry in entries if "__MACOSX" not in entry.filename]
    usual = [entry for entry in own if _CONVERSATIONS.match(entry.filename.rsplit("/", 1)[-1])]
    texts = usual or [entry for entry in own if entry.filename.lower().endswith(".json")]
    if not texts:
        raise ImportFailed(
            f"{name} holds no conversations.",
            hint="Choose the archive that ChatGPT or Claude sent, with a conversations.json in it.",
        )
    strange = [entry for entry in texts if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)]
    if strange:
        raise ImportFailed(
            f"{name} is packed in an unusual way.", hint="Unpack it, and import the conversations.json in it."
        )
    return tuple(sorted(texts, key=lambda entry: entry.filename))
