"""Files on the command line as parts of a message."""

from __future__ import annotations

from pathlib import Path

import click

from chat_studio.attachments import read_attachment
from chat_studio.errors import AttachmentRefused
from chat_studio.messages import FilePart, ImagePart


def attached(path: Path) -> ImagePart | FilePart:
    """The file as a part. Raises a usage error for one that cannot be sent."""
    try:
        return read_attachment(path)
    except AttachmentRefused as error:
        raise click.UsageError(f"{error.message} {error.hint}") from error


def image(path: Path) -> ImagePart:
    """The same for a file that must be an image."""
    part = attached(path)
    if not isinstance(part, ImagePart):
        raise click.UsageError(f"{path} is not a PNG, JPEG, GIF or WebP image. Text files go with --file.")
    return part
