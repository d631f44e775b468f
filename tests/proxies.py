"""Proxies on loopback: HTTP (forwarding and CONNECT) and SOCKS5, which note what they were asked for."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """A running proxy: its address without a scheme, and the targets it was asked for."""

    port: int = 0
    targets: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextlib.asynccontextmanager
async def http_proxy(*, credentials: str = "", refuse: int = 0) -> AsyncIterator[Proxy]:
    """Runs an HTTP proxy. `credentials` ("user:password") are demanded with 407; `refuse` is its status for all."""
    proxy = Proxy()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split(" ", 2)
        proxy.targets.append(target)
        expected = f"Basic {base64.b64encode(credentials.encode()).decode()}"
        status = refuse or (407 if credentials and expected not in head else 200)
        if status != 200:
            writer.write(f"HTTP/1.1 {status} Refused\r\ncontent-length: 0\r\n\r\n".encode())
            await writer.drain()
            return
        place, request = (target, b"") if method == "CONNECT" else _forwarded(head, target)
        host, _, port = place.partition(":")
        try:
            upstream = await asyncio.open_connection(host, int(port or 80))
        except OSError:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
            await writer.drain()
            return
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        upstream[1].write(request)
        await _join((reader, writer), upstream)

    async with _running(proxy, handle):
        yield proxy


@contextlib.asynccontextmanager
async def socks_proxy() -> AsyncIterator[Proxy]:
    """Runs a SOCKS5 proxy (RFC 1928) without authentication."""
    proxy = Proxy()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        length = 4 if kind == 1 else (await reader.readexactly(1))[0]
        address = await reader.readexactly(length)
        host = ".".join(str(byte) for byte in address) if kind == 1 else address.decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        proxy.targets.append(f"{host}:{port}")
        upstream = await asyncio.open_connection(host, port)
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        await _join((reader, writer), upstream)

    async with _running(proxy, handle):
        yield proxy


_Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def _forwarded(head: str, target: str) -> tuple[str, bytes]:
    """Where an absolute request goes, and the request as its server wants it."""
    place, _, path = target.removeprefix("http://").partition("/")
    return place, head.replace(target, f"/{path}", 1).encode("latin-1")


async def _join(one: _Ends, other: _Ends) -> None:
    try:
        await asyncio.gather(_pump(one[0], other[1]), _pump(other[0], one[1]))
    finally:
        other[1].close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def _running(proxy: Proxy, handle: object) -> AsyncIterator[None]:
    tasks: set[asyncio.Task[None]] = set()

    async def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        tasks.add(task)  # type: ignore[arg-type]
        try:
            await handle(reader, writer)  # type: ignore[operator]
        except (asyncio.CancelledError, asyncio.IncompleteReadError):
            pass  # the test ended, or the client only looked whether someone listens
        finally:
            writer.close()
            tasks.discard(task)  # type: ignore[arg-type]

    server = await asyncio.start_server(tracked, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tuple(tasks), return_exceptions=True)
