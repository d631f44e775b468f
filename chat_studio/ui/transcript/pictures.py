"""Pictures: decoded within bounds, kept within bounds, painted sharp at any size."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakMethod

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPixmap

from chat_studio.errors import StudioError
from chat_studio.ui.aio import loop_runs, spawn

FORMATS = (b"png", b"jpeg", b"jpg", b"gif", b"webp", b"bmp")
"""Those that are pictures and nothing else: an SVG may refer to files and run for long."""
MOST_BYTES = 20 * 1024**2
MOST_PIXELS = 50_000_000
LONGEST_EDGE = 2400
"""Pixels of an edge; larger pictures are kept smaller."""
AT_ONCE = 100_000
"""Characters of base64 that are decoded without a thread: a millisecond or two."""
MOST_KEPT = 96 * 1024**2
"""Bytes of decoded pictures that are kept."""
RADIUS = 8.0
_DATA = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)
BROKEN = "This image cannot be shown: it is damaged, too large, or of an unknown kind."


def decoded(data: bytes) -> QImage | None:
    """The picture in the bytes of a file; None if it is none, or too large. May run in a thread."""
    if not data or len(data) > MOST_BYTES:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if bytes(reader.format().data()).lower() not in FORMATS:
        return None
    size = reader.size()
    if not size.isValid() or size.isEmpty() or size.width() * size.height() > MOST_PIXELS:
        return None
    if max(size.width(), size.height()) > LONGEST_EDGE:
        reader.setScaledSize(size.scaled(LONGEST_EDGE, LONGEST_EDGE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def data_of(url: str) -> bytes | None:
    """The bytes in a data URI of an image, in base64."""
    found = _DATA.match(url)
    if found is None:
        return None
    try:
        return base64.b64decode("".join(url[found.end() :].split()), validate=True)
    except (binascii.Error, ValueError):
        return None


class Picture:
    """Paints an image into any rectangle, scaled once for each size. `data` are the bytes it came from."""

    def __init__(self, image: QImage, data: bytes = b"") -> None:
        self.image = image
        self.data = data
        self._scaled = QPixmap()

    @property
    def size(self) -> QSize:
        return self.image.size()

    def fitted(self, width: float, height: float) -> QSizeF:
        """The size at which it fits into a room, never enlarged."""
        own = QSizeF(self.size)
        room = QSizeF(min(width, own.width()), min(height, own.height()))
        return own.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)

    def paint(self, painter: QPainter, rect: QRectF, *, radius: float = RADIUS) -> None:
        """Fills `rect`, cut where its proportions are others, with round corners."""
        ratio = painter.device().devicePixelRatioF()
        wanted = (rect.size() * ratio).toSize().expandedTo(QSize(1, 1))
        if self._scaled.size() != wanted:
            self._scaled = QPixmap.fromImage(_covering(self.image, wanted))
        shape = QPainterPath()
        shape.addRoundedRect(rect, radius, radius)
        painter.save()
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        painter.drawPixmap(rect, self._scaled, QRectF(self._scaled.rect()))
        painter.restore()


def _covering(image: QImage, size: QSize) -> QImage:
    """The image scaled so that it covers `size`, and cut to it."""
    mode, smooth = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(size, mode, smooth)
    left, top = (scaled.width() - size.width()) // 2, (scaled.height() - size.height()) // 2
    return scaled.copy(left, top, size.width(), size.height())


@dataclass(frozen=True)
class NoPicture:
    """Words in a picture's place. `can_load` if it may be fetched when the user asks for it."""

    words: str
    can_load: bool = False


class Pictures:
    """The pictures of Markdown, by their address: data URIs are decoded, remote ones fetched only when told to."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Picture | NoPicture] = OrderedDict()
        self._waiting: dict[str, list[WeakMethod[Callable[[], None]]]] = {}

    def look(self, url: str, told: Callable[[], None] | None = None) -> Picture | NoPicture:
        """What can be shown now; the bound method `told` is called when there is more."""
        if url in self._known:
            self._known.move_to_end(url)
            return self._known[url]
        if url in self._waiting:
            return self._wait(url, told)
        if not _DATA.match(url):
            return NoPicture(f"Image from {host_of(url)} — Show", can_load=True)
        if len(url) <= AT_ONCE or told is None or not loop_runs():
            return self._keep(url, _decoded_data(url))
        shown = self._wait(url, told)
        spawn(self._decode(url), name="picture")
        return shown

    def load(self, url: str, told: Callable[[], None]) -> None:
        """Fetches a remote picture, because the user asked for it."""
        if url not in self._waiting:
            self._known.pop(url, None)
            self._wait(url, told)
            spawn(self._fetch(url), name="picture")
            told()

    def _wait(self, url: str, told: Callable[[], None] | None) -> NoPicture:
        waiting = self._waiting.setdefault(url, [])
        if told is not None:
            waiting.append(WeakMethod(told))
        return NoPicture("Loading the image…")

    async def _decode(self, url: str) -> None:
        self._settle(url, await asyncio.to_thread(_decoded_data, url))

    async def _fetch(self, url: str) -> None:
        from chat_studio.net.fetching import fetch_image  # httpx is not imported before it is needed

        try:
            data = await fetch_image(url)
        except StudioError as error:
            self._settle(url, NoPicture(f"{error.message} — Try again", can_load=True))
            return
        image = await asyncio.to_thread(decoded, data)
        self._settle(url, Picture(image, data) if image is not None else NoPicture(BROKEN))

    def _settle(self, url: str, found: Picture | NoPicture) -> None:
        self._keep(url, found)
        methods = [reference() for reference in self._waiting.pop(url, [])]
        for method in dict.fromkeys(filter(None, methods)):
            method()

    def _keep(self, url: str, found: Picture | NoPicture) -> Picture | NoPicture:
        self._known[url] = found
        while len(self._known) > 1 and self._kept_bytes() > MOST_KEPT:
            self._known.popitem(last=False)
        return found

    def _kept_bytes(self) -> int:
        return sum(each.image.sizeInBytes() for each in self._known.values() if isinstance(each, Picture))


def host_of(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def _decoded_data(url: str) -> Picture | NoPicture:
    data = data_of(url)
    image = decoded(data) if data is not None else None
    return Picture(image, data or b"") if image is not None else NoPicture(BROKEN)
