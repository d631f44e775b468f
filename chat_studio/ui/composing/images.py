"""Images on their way into a question: made smaller where services refuse them, and thumbnails. All for threads."""

from __future__ import annotations

import base64
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from chat_studio.attachments import SENDABLE, attachment, image_type, size_text
from chat_studio.errors import AttachmentRefused
from chat_studio.messages import ImagePart

LARGEST_EDGE = 8_000
"""Pixels; Anthropic refuses larger images, and OpenAI and Anthropic make theirs of 1,568 to 2,048 anyway."""
LARGEST_FILE = 5_000_000
"""Bytes; Anthropic's limit for one image, the lowest of the services'."""
REDUCED_EDGE = 3_000
"""Pixels that the longest edge of a reduced image has."""
MOST_PIXELS = 150_000_000
"""An image of more is not decoded: that takes 600 MB."""
THUMBNAIL = 96
"""Pixels of an edge: twice what is shown, for dense screens."""
_QUALITY = 88


class Ready(NamedTuple):
    """An image that can be sent; `note` says what was done to it."""

    part: ImagePart
    note: str
    thumbnail: QImage


def ready_image(content: bytes, name: str) -> Ready:
    """The image in a file of a known format, as it can be sent. Raises AttachmentRefused."""
    source, kind = _Image(content, name), image_type(content)
    if not source.is_known and kind not in SENDABLE:
        attachment(content, name)  # says why
    size = source.size
    if size.width() * size.height() > MOST_PIXELS:
        raise AttachmentRefused(
            f"“{name}” has {size.width():,} × {size.height():,} pixels, which is too many.",
            hint="Make it smaller, or attach the part of it that the question is about.",
        )
    is_large = max(size.width(), size.height()) > LARGEST_EDGE or len(content) > LARGEST_FILE
    if kind in SENDABLE and not is_large:
        thumbnail = _thumbnail(source.read(THUMBNAIL * 4))
        part = attachment(content, name)
        if not isinstance(part, ImagePart):
            raise TypeError(f"{kind} did not become an image")
        return Ready(part, "", thumbnail)
    made = of_picture(source.read(REDUCED_EDGE if is_large else None), name)
    if is_large:
        return made._replace(note=f"made smaller: was {size.width()} × {size.height()}, {size_text(len(content))}")
    return made._replace(note=f"made a PNG of {kind.removeprefix('image/').removeprefix('x-').upper()}")


def of_picture(image: QImage, name: str) -> Ready:
    """A picture that is no file, such as a pasted one. PNG, or JPEG where that would be too large."""
    if max(image.width(), image.height()) > LARGEST_EDGE:
        image = image.scaled(_square(REDUCED_EDGE), _KEEP, Qt.TransformationMode.SmoothTransformation)
    content, media_type = _encoded(image, b"png"), "image/png"
    if len(content) > LARGEST_FILE:
        content, media_type = _encoded(image.convertToFormat(QImage.Format.Format_RGB32), b"jpeg"), "image/jpeg"
    part = ImagePart(media_type=media_type, data=base64.b64encode(content).decode(), name=name)
    return Ready(part, "", _thumbnail(image))


def thumbnail_of(content: bytes) -> QImage | None:
    """A thumbnail of a file's image; None for one that cannot be read."""
    try:
        return _thumbnail(_Image(content, "").read(THUMBNAIL * 4))
    except AttachmentRefused:
        return None


_KEEP = Qt.AspectRatioMode.KeepAspectRatio


def _square(edge: int) -> QSize:
    return QSize(edge, edge)


class _Image:
    """A file's content, ready to be decoded; the reader needs its buffer as long as itself."""

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        self._buffer = QBuffer()
        self._buffer.setData(QByteArray(content))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._reader = QImageReader(self._buffer)
        self._reader.setDecideFormatFromContent(True)
        self._reader.setAutoTransform(True)
        self.is_known = self._reader.canRead()
        self.size = self._reader.size()

    def read(self, edge: int | None = None) -> QImage:
        """Decodes it, no edge longer than `edge`. Once. Raises AttachmentRefused."""
        if edge is not None and max(self.size.width(), self.size.height()) > edge:
            self._reader.setScaledSize(self.size.scaled(_square(edge), _KEEP))
        image = self._reader.read()
        if image.isNull():
            raise AttachmentRefused(
                f"“{self._name}” is damaged: the image in it cannot be read.", hint="Attach another copy."
            )
        return image


def _thumbnail(image: QImage) -> QImage:
    """Cut to a square in its middle."""
    edge = min(image.width(), image.height())
    square = image.copy((image.width() - edge) // 2, (image.height() - edge) // 2, edge, edge)
    return square.scaled(_square(THUMBNAIL), _KEEP, Qt.TransformationMode.SmoothTransformation)


def _encoded(image: QImage, file_format: bytes) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, file_format)
    writer.setQuality(_QUALITY if file_format == b"jpeg" else -1)
    if not writer.write(image):
        raise AttachmentRefused("The picture could not be stored as an image.", detail=writer.errorString())
    return bytes(buffer.data().data())
