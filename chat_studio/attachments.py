"""Files that go along with a question: images and text, read without trusting what they are called."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

from chat_studio.errors import AttachmentRefused
from chat_studio.messages import FilePart, ImagePart
from chat_studio.text_files import decoded

MOST_IMAGE_BYTES = 20_000_000
"""The largest image. Services take 5 to 20 MB; the window makes larger photographs smaller."""
MOST_TEXT_BYTES = 2_000_000
"""The largest text: some 500,000 tokens, more than nearly any model's window."""

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\1\0", "image/x-icon"),
)
_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif"}
"""Brands of the ISO base media format, which stand behind “ftyp” at the ninth byte."""
SENDABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""The formats that all protocols take."""
_SPOKEN = {
    "image/tiff": "a TIFF image",
    "image/x-icon": "an icon",
    "image/heic": "a HEIC photograph",
    "image/avif": "an AVIF image",
    "image/bmp": "a BMP image",
}
_DOCUMENTS = (
    (b"%PDF-", "a PDF", "Copy the text you need out of it and paste it."),
    (b"\xd0\xcf\x11\xe0", "an Office document", "Save it as text, or copy out of it what you need."),
    (b"PK\x03\x04", "an Office document or an archive", "Save it as text, or unpack it and attach what is in it."),
    (b"\x1f\x8b", "a compressed file", "Unpack it and attach what is in it."),
    (b"\x7fELF", "a program", "Attach its source instead."),
)


def read_attachment(path: Path) -> ImagePart | FilePart:
    """The file as a part of a question. Raises AttachmentRefused, which says what to do instead. Use a thread."""
    return attachment(content_of(path), path.name)


def content_of(path: Path) -> bytes:
    """The bytes of an ordinary file, never more than can be sent. Raises AttachmentRefused.

    Devices and pipes are not read: some of them never end, others never begin.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            _check(path, os.fstat(handle))
            content = file.read(MOST_IMAGE_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if not content:
        raise _is_empty(path.name)
    return content


def attachment(content: bytes, name: str) -> ImagePart | FilePart:
    """Bytes as the part that they can be. Raises AttachmentRefused."""
    kind = image_type(content)
    if kind:
        return _image(content, kind, name)
    if len(content) > MOST_TEXT_BYTES:
        _refuse_document(content, name)
        raise AttachmentRefused(
            f"“{name}” is too large: {size_text(len(content))}, and text may have {size_text(MOST_TEXT_BYTES)}.",
            hint="Attach the part of it that the question is about.",
        )
    text = decoded(content)
    if text is None or content.startswith(b"%PDF-"):
        _refuse_document(content, name)
        raise AttachmentRefused(
            f"“{name}” is neither an image nor text.",
            hint="Images (PNG, JPEG, GIF, WebP) and text can be sent. Text in an old encoding: save it as UTF-8 first.",
        )
    if not text:
        raise _is_empty(name)
    return FilePart(name=name, text=text)


def image_type(content: bytes) -> str:
    """The media type of an image by its first bytes, "" for anything else. SVG counts as the text that it is."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "")
    if content.startswith(b"BM") and content[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return next((media_type for start, media_type in _SIGNATURES if content.startswith(start)), "")


def size_text(size: int) -> str:
    """Bytes as people say them: “812 bytes”, “34 kB”, “1.2 MB”."""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    return f"{size / 1000:.0f} kB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"


def _image(content: bytes, kind: str, name: str) -> ImagePart:
    if len(content) > MOST_IMAGE_BYTES:
        raise AttachmentRefused(
            f"“{name}” is too large: an image may have {size_text(MOST_IMAGE_BYTES)}.",
            hint="Make it smaller, or attach the part of it that the question is about.",
        )
    if kind not in SENDABLE:
        raise AttachmentRefused(
            f"“{name}” is {_SPOKEN[kind]}, which models do not take.", hint="Save it as PNG or JPEG and attach that."
        )
    return ImagePart(media_type=kind, data=base64.b64encode(content).decode(), name=name)


def _check(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise _is_folder(path)
    if not stat.S_ISREG(status.st_mode):
        raise AttachmentRefused(f"“{path.name}” is a device or a pipe, not a file.", hint="Attach an ordinary file.")
    if status.st_size > MOST_IMAGE_BYTES:
        raise AttachmentRefused(
            f"“{path.name}” is too large: {size_text(status.st_size)}. An image may have {size_text(MOST_IMAGE_BYTES)},"
            f" text {size_text(MOST_TEXT_BYTES)}.",
            hint="Attach the part of it that the question is about.",
        )


def _unreadable(path: Path, error: OSError) -> AttachmentRefused:
    if path.is_dir():  # which Windows refuses to open
        return _is_folder(path)
    reasons = {
        FileNotFoundError: ("is not there any more", "Choose it again."),
        PermissionError: ("may not be read by this user", "Change its permissions, or attach a copy."),
    }
    what, hint = reasons.get(type(error), ("could not be read", "Try again, or attach a copy from another disk."))
    return AttachmentRefused(f"“{path.name}” {what}.", hint=hint, detail=str(error))


def _is_folder(path: Path) -> AttachmentRefused:
    return AttachmentRefused(f"“{path.name}” is a folder.", hint="Attach the files in it, several at once.")


def _is_empty(name: str) -> AttachmentRefused:
    return AttachmentRefused(f"“{name}” is empty.", hint="There is nothing in it to send.")


def _refuse_document(content: bytes, name: str) -> None:
    for start, spoken, hint in _DOCUMENTS:
        if content.startswith(start):
            raise AttachmentRefused(f"“{name}” is {spoken}: only images and text can be sent.", hint=hint)
