"""Reading no more often than wanted, without slowing anything."""

from __future__ import annotations

import asyncio

import pytest
from servers import Answer, Certificates, Gate, Pause, Server, chunked, head, raw, serve

from chat_studio.net.client import HttpClient, HttpOptions


def until_closed(*steps: bytes | Pause | Gate) -> Answer:
    """A body without framing: a chunk is what one read of the socket brought."""
    return raw(head(200, {"content-type": "text/plain"}), *steps)


async def arrivals(server: Server, client: HttpClient) -> list[bytes]:
    async with client.stream("POST", server.url) as answer:
        return [chunk async for chunk in answer.chunks()]


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
async def test_what_comes_within_the_pause_comes_together(tls: Certificates, secure: bool) -> None:
    client = HttpClient(HttpOptions(read_pause=0.5, verify_cert=False))
    pieces = [step for letter in b"abcdef" for step in (bytes([letter]), Pause(0.02))]
    async with serve(until_closed(Pause(0.02), *pieces), tls=tls.context if secure else None) as server:
        received = await arrivals(server, client)
        await client.aclose()
    assert b"".join(received) == b"abcdef"
    assert received[0] == b"a"
    reads = 1 if not secure else 5  # records stay apart, but one read of the socket brings all of them
    assert len(received) == 1 + reads


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
async def test_a_burst_is_not_throttled(tls: Certificates, secure: bool) -> None:
    client = HttpClient(HttpOptions(read_pause=0.3, verify_cert=False))
    pieces = [b"%d " % number for number in range(200)]
    async with serve(chunked(*pieces), tls=tls.context if secure else None) as server, asyncio.timeout(20):
        assert await arrivals(server, client) == pieces
        await client.aclose()


async def test_a_paced_connection_is_reused() -> None:
    client = HttpClient(HttpOptions(read_pause=0.01))
    async with serve(chunked(b"one")) as server:
        assert await arrivals(server, client) == [b"one"]
        assert await arrivals(server, client) == [b"one"]
        assert server.connections == 1
        await client.aclose()
