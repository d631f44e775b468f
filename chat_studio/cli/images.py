"""Image files as parts of a message."""

from __future__ import annotations

import base64
from pathlib import Path

import click

from chat_studio.messages import ImagePart

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)
"""First bytes of the formats that all protocols take; WebP has its mark at the ninth."""


def image_part(path: Path) -> ImagePart:
    """The file as a part. Raises a usage error for one that cannot be read or is not PNG, JPEG, GIF or WebP."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{path} could not be read: {error.strerror}.") from error
    media_type = _media_type(content)
    if not media_type:
        raise click.UsageError(f"{path} is not a PNG, JPEG, GIF or WebP image.")
    return ImagePart(media_type=media_type, data=base64.b64encode(content).decode(), name=path.name)


def _media_type(content: bytes) -> str:
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for start, media_type in _SIGNATURES if content.startswith(start)), "")
