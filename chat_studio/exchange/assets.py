"""The files that lie beside the conversations in an export, found by what the conversations call them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Protocol

from chat_studio.messages import ImagePart

_ID = re.compile(r"file[-_][A-Za-z0-9]+")
_DATA = re.compile(r"data:(image/[\w.+-]+);base64,", re.IGNORECASE)
_MAGIC: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
}


class Assets(Protocol):
    """Gives files by their names or pointers."""

    def find(self, pointer: str) -> bytes | None:
        """The bytes of a file; None when it is not there, or too large."""


class NoAssets:
    """Of a file that has nothing beside it."""

    def find(self, pointer: str) -> bytes | None:
        del pointer
        return None


def asset_id(pointer: str) -> str:
    """What identifies a file in “file-service://file-abc”, “sediment://file_00ab?…” or “dalle/file-abc-x.webp”."""
    name = pointer.split("://")[-1].rsplit("/", 1)[-1]
    found = _ID.match(name)
    return found.group() if found else name


def image_of(data: bytes, name: str = "") -> ImagePart | None:
    """The bytes as a part; None for what is no image, whatever it is called."""
    media_type = _media_type(data)
    if media_type is None:
        return None
    return ImagePart(media_type=media_type, data=base64.b64encode(data).decode("ascii"), name=name)


def image_in(url: str, name: str = "") -> ImagePart | None:
    """The image of a `data:` URL; None for any other."""
    found = _DATA.match(url)
    if found is None:
        return None
    try:
        data = base64.b64decode(url[found.end() :])
    except ValueError:
        return None
    return image_of(data, name)


def _media_type(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
