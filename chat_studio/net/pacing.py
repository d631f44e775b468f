"""Reading no more often than a screen can show: the kernel collects what comes meanwhile.

A wake-up a token costs far more than the token itself. The pause must stand below TLS and HTTP, at the socket: above
them, one read of the socket comes out as many pieces, and a pause after each would throttle the stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from anyio.abc import ByteStream
from anyio.streams.tls import TLSStream


class PacedStream(ByteStream):
    """A byte stream whose reads, after the first, begin at least `pause` seconds after the one before delivered."""

    def __init__(self, stream: ByteStream, pause: float) -> None:
        self.stream = stream
        self._pause = pause
        self._due = 0.0

    async def receive(self, max_bytes: int = 65536) -> bytes:
        loop = asyncio.get_running_loop()
        wait = self._due - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        data = await self.stream.receive(max_bytes)
        self._due = loop.time() + self._pause
        return data

    async def send(self, item: bytes) -> None:
        await self.stream.send(item)

    async def send_eof(self) -> None:
        await self.stream.send_eof()

    async def aclose(self) -> None:
        await self.stream.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        return self.stream.extra_attributes


@contextmanager
def paced(response: httpx.Response, pause: float) -> Iterator[None]:
    """Paces the socket under `response`; its connection leaves the block as it was, for the next request."""
    holder, attribute = _socket_of(response)
    stream = getattr(holder, attribute, None)
    if pause <= 0 or not isinstance(stream, ByteStream):
        yield
        return
    setattr(holder, attribute, PacedStream(stream, pause))
    try:
        yield
    finally:
        setattr(holder, attribute, stream)


def _socket_of(response: httpx.Response) -> tuple[object, str]:
    """The object, and its attribute, that hold the anyio stream of the socket itself.

    httpcore keeps its anyio stream in `_stream` (not public: without it the response is merely not paced).
    """
    holder: object = response.extensions.get("network_stream")
    attribute = "_stream"
    while isinstance(stream := getattr(holder, attribute, None), TLSStream):
        holder, attribute = stream, "transport_stream"
    return holder, attribute
