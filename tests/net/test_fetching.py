"""An image is fetched within bounds, and goes nowhere it should not."""

from __future__ import annotations

import pytest
from servers import HANG_UP, STALL, Answer, free_port, head, html, raw, redirect, reply, serve

from chat_studio.errors import BadResponse, ConnectionRefused, EndpointError, Stalled, StreamInterrupted, WrongAddress
from chat_studio.net import fetching
from chat_studio.net.fetching import fetch_image

PNG = b"\x89PNG and so on"


async def test_the_bytes_of_an_image() -> None:
    async with serve({"GET /a.png": reply(PNG, "image/png")}) as server:
        assert await fetch_image(f"{server.url}/a.png") == PNG
    sent = server.requests[0].headers
    assert "cookie" not in sent
    assert "authorization" not in sent
    assert "referer" not in sent


async def test_redirects_are_followed_without_cookies() -> None:
    first = raw(head(302, {"location": "/b.png", "set-cookie": "a=b", "content-length": "0"}))
    async with serve({"GET /a.png": first, "GET /b.png": reply(PNG, "image/png")}) as server:
        assert await fetch_image(f"{server.url}/a.png") == PNG
    assert "cookie" not in server.requests[1].headers


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://e.com/a", "data:image/png;base64,AA"])
async def test_redirects_to_other_schemes_are_not_followed(location: str) -> None:
    async with serve({"GET /a": redirect(location)}) as server:
        with pytest.raises(WrongAddress):
            await fetch_image(f"{server.url}/a")


async def test_redirects_have_an_end() -> None:
    async with serve({"GET /a": redirect("/a")}) as server:
        with pytest.raises(WrongAddress, match="without end"):
            await fetch_image(f"{server.url}/a")
    assert len(server.requests) == fetching.MOST_REDIRECTS + 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://e.com/a.png", "http://", "nothing"])
async def test_only_web_addresses_are_fetched(url: str) -> None:
    with pytest.raises(WrongAddress):
        await fetch_image(url)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (html("<p>no</p>"), BadResponse),
        (html("gone", 404), EndpointError),
        (reply(b"x" * 2000, "image/png"), BadResponse),
        (raw(head(200, {"content-type": "image/png", "content-length": "500"}), b"part", HANG_UP), StreamInterrupted),
        (raw(head(200, {"content-type": "image/png", "content-length": "500"}), b"part", STALL), Stalled),
    ],
)
async def test_what_is_no_image_is_told(answer: Answer, error: type[EndpointError]) -> None:
    async with serve({"GET /a": answer}) as server:
        with pytest.raises(error):
            await fetch_image(f"{server.url}/a", limit=1000, seconds=1.0 if error is Stalled else 30.0)


async def test_nobody_listens() -> None:
    with pytest.raises(ConnectionRefused):
        await fetch_image(f"http://127.0.0.1:{free_port()}/a.png")


def test_encrypted_addresses_do_not_lead_to_plain_ones_or_to_this_computer() -> None:
    for target, location in (("https://e.com/a", "http://e.com/a"), ("http://e.com/a", "http://127.0.0.1:1/a")):
        with pytest.raises(WrongAddress):
            fetching._next(fetching._parsed(target), location)
    assert fetching._next(fetching._parsed("http://e.com/a"), "https://f.com/b").host == "f.com"
