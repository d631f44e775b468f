"""Images on their way into a question: small ones as they are, large ones smaller, foreign ones as PNG."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from chat_studio.attachments import image_type
from chat_studio.errors import AttachmentRefused
from chat_studio.ui.composing import images


def picture(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.fillRect(0, 0, width // 2, height, QColor("red"))
    painter.end()
    return image


def saved(image: QImage, file_format: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, file_format)
    return bytes(buffer.data().data())


def size_of(data: str) -> tuple[int, int]:
    image = QImage.fromData(base64.b64decode(data))
    return image.width(), image.height()


def test_a_usual_image_is_sent_as_it_is(qapp: QApplication) -> None:
    content = saved(picture(400, 300), "PNG")
    ready = images.ready_image(content, "a.png")
    assert base64.b64decode(ready.part.data) == content
    assert (ready.part.media_type, ready.part.name, ready.note) == ("image/png", "a.png", "")
    assert (ready.thumbnail.width(), ready.thumbnail.height()) == (images.THUMBNAIL, images.THUMBNAIL)


def test_an_image_with_long_edges_is_made_smaller(qapp: QApplication) -> None:
    ready = images.ready_image(saved(picture(9000, 900), "PNG"), "wide.png")
    assert size_of(ready.part.data) == (images.REDUCED_EDGE, images.REDUCED_EDGE // 10)
    assert ready.note.startswith("made smaller: was 9000 × 900, ")


def test_a_large_file_is_made_smaller(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "LARGEST_FILE", 10_000)
    ready = images.ready_image(saved(picture(4000, 2000), "BMP"), "photo.bmp")
    assert size_of(ready.part.data) == (3000, 1500)
    assert ready.note.startswith("made smaller")
    assert ready.part.media_type == "image/jpeg"  # a PNG would be too large again


def test_what_qt_can_read_becomes_png(qapp: QApplication) -> None:
    ready = images.ready_image(saved(picture(40, 30), "BMP"), "a.bmp")
    assert image_type(base64.b64decode(ready.part.data)) == "image/png"
    assert ready.note == "made a PNG of BMP"


def test_a_damaged_image_and_a_foreign_one_are_refused(qapp: QApplication) -> None:
    with pytest.raises(AttachmentRefused, match="is damaged"):
        images.ready_image(saved(picture(400, 300), "PNG")[:100], "a.png")
    with pytest.raises(AttachmentRefused, match="HEIC"):
        images.ready_image(b"\0\0\0\x18ftypheic" + bytes(100), "a.heic")
    assert images.thumbnail_of(b"") is None


def test_too_many_pixels_are_not_decoded(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(images, "MOST_PIXELS", 1000)
    with pytest.raises(AttachmentRefused, match="400 × 300 pixels"):
        images.ready_image(saved(picture(400, 300), "PNG"), "a.png")
