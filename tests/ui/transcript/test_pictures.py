"""Pictures: shown from data URIs, fetched only after a click, bounded, and never from this computer's files."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QWidget
from servers import html, reply, serve

from chat_studio.ui.transcript import pictures
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.inline_objects import OBJECT
from chat_studio.ui.transcript.picture_actions import suffix_of
from chat_studio.ui.transcript.pictures import BROKEN, NoPicture, Picture, Pictures, data_of, decoded
from chat_studio.ui.transcript.style import TextStyle

WIDTH = 600


def image_bytes(width: int, height: int, kind: str = "PNG") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(data.data())


def uri(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def flow_of(style: TextStyle, source: str) -> MarkdownFlow:
    flow = MarkdownFlow(style, WIDTH)
    flow.realise(0, 1e9)
    flow.append(source)
    flow.finish()
    flow.realise(0, 1e9)
    return flow


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
def test_usual_kinds_are_decoded(kind: str) -> None:
    image = decoded(image_bytes(40, 30, kind))
    assert image is not None
    assert (image.width(), image.height()) == (40, 30)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"text",
        image_bytes(9, 9)[:50],
    ],
)
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert decoded(data) is None


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    image = decoded(image_bytes(pictures.LONGEST_EDGE * 2, 10))
    assert image is not None
    assert image.width() == pictures.LONGEST_EDGE
    monkeypatch.setattr(pictures, "MOST_PIXELS", 99)
    assert decoded(image_bytes(10, 10)) is None
    monkeypatch.setattr(pictures, "MOST_BYTES", 10)
    assert decoded(image_bytes(2, 2)) is None


def test_data_uris() -> None:
    assert data_of(uri(b"abc")) == b"abc"
    assert data_of("data:image/png;base64,a b%") is None
    assert data_of("data:text/html;base64,AAAA") is None


def test_a_picture_fits_into_the_column(style: TextStyle) -> None:
    box = flow_of(style, f"![wide]({uri(image_bytes(1200, 300))})").box(0)
    assert box.text() == "wide"
    assert 150 <= box.height <= 152
    box.set_width(300)
    assert 75 <= box.height <= 77
    small = flow_of(style, f"![small]({uri(image_bytes(30, 20))})").box(0)
    assert small.height < 40


def test_a_large_data_uri_stays_one_picture(style: TextStyle) -> None:
    data = image_bytes(300, 200, "BMP")
    flow = flow_of(style, f"Before ![a]({uri(data, 'bmp')}) after\n\nnext")
    assert flow.box(0).document.toPlainText().count(OBJECT) == 1
    assert "base64" not in flow.text(flow.ends())
    assert "after" in flow.text(flow.ends())


def test_a_broken_one_says_so(style: TextStyle) -> None:
    look = style.drawn.pictures.look(uri(b"nothing"))
    assert look == NoPicture(BROKEN)
    assert flow_of(style, f"![x]({uri(b'nothing')})").box(0).actions(None) == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "/etc/passwd", "C:\\a.png", "ftp://e.com/a.png"])
def test_files_are_no_pictures(style: TextStyle, target: str) -> None:
    box = flow_of(style, f"![x]({target})").box(0)
    assert OBJECT not in box.document.toPlainText()


def test_it_covers_what_it_is_painted_into() -> None:
    picture = Picture(decoded(image_bytes(40, 10)) or QImage())
    page = QImage(50, 50, QImage.Format.Format_RGB32)
    page.fill(QColor("white"))
    painter = QPainter(page)
    picture.paint(painter, QRectF(5, 5, 20, 20), radius=0)
    painter.end()
    assert page.pixelColor(6, 6) == page.pixelColor(23, 23) == QColor("#336699")
    assert page.pixelColor(30, 30) == QColor("white")
    assert picture.fitted(20, 100).toTuple() == (20, 5)


async def test_a_remote_one_is_fetched_after_a_click_only(style: TextStyle) -> None:
    data = image_bytes(60, 40)
    async with serve({"GET /a.png": reply(data, "image/png")}) as server:
        url = f"{server.url}/a.png"
        flow = flow_of(style, f"![words]({url}) behind")
        box = flow.box(0)
        seen = style.drawn.pictures.look(url)
        assert seen == NoPicture("Image from 127.0.0.1 — Show", can_load=True)
        assert server.requests == []
        action = box.action_at(QRectF(0, 0, 60, box.height).center())
        assert action is not None
        await told(flow, lambda: action.run(QWidget()), lambda: isinstance(style.drawn.pictures.look(url), Picture))
        assert len(server.requests) == 1
        assert box.action_at(QRectF(0, 0, 60, box.height).center()) is None
        assert [each.label for each in box.actions(None)] == ["Copy image", "Save image as…"]
        box.actions(None)[0].run(QWidget())
        assert QGuiApplication.clipboard().image().width() == 60


async def test_what_could_not_be_fetched_may_be_tried_again(style: TextStyle) -> None:
    data = image_bytes(60, 40)
    async with serve({"GET /a.png": [html("no", 404), reply(data, "image/png")]}) as server:
        url = f"{server.url}/a.png"
        flow = flow_of(style, f"![words]({url})")
        looked = style.drawn.pictures.look
        await told(flow, lambda: flow.box(0).actions(None)[0].run(QWidget()), lambda: "404" in words(looked(url)))
        await told(flow, lambda: flow.box(0).actions(None)[0].run(QWidget()), lambda: not words(looked(url)))


async def told(flow: MarkdownFlow, act: Callable[[], None], done: Callable[[], bool]) -> None:
    """Waits until the flow has changed, and `done`."""
    changed = asyncio.Event()
    flow.changed = lambda _: changed.set()
    act()
    while not done():
        changed.clear()
        await asyncio.wait_for(changed.wait(), 30)


def words(look: Picture | NoPicture) -> str:
    return look.words if isinstance(look, NoPicture) else ""


async def test_a_large_one_is_decoded_beside_the_loop(style: TextStyle) -> None:
    url = uri(image_bytes(400, 300, "BMP"), "bmp")
    assert len(url) > pictures.AT_ONCE
    flow = flow_of(style, f"![words]({url})")
    before = flow.height
    await told(flow, lambda: None, lambda: isinstance(style.drawn.pictures.look(url), Picture))
    assert flow.height > before


def test_the_oldest_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_KEPT", 5000)
    kept = Pictures()
    urls = [uri(image_bytes(30, size)) for size in range(20, 26)]
    for url in urls:
        assert isinstance(kept.look(url), Picture)
    assert urls[0] not in kept._known
    assert urls[-1] in kept._known


def test_a_saved_file_has_its_kinds_name() -> None:
    assert suffix_of(image_bytes(2, 2, "JPEG")) == "jpg"
    assert suffix_of(image_bytes(2, 2)) == "png"
