"""Requests over real sockets, and what each failure is called."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from servers import (
    HALF_CLOSE,
    HANG_UP,
    RESET,
    STALL,
    Answer,
    Gate,
    Pause,
    chunked,
    free_port,
    head,
    html,
    json_reply,
    raw,
    redirect,
    reply,
    serve,
    unanswered_port,
)
from wire.fetching import body_of, failing

from chat_studio.errors import (
    BadResponse,
    ConnectionRefused,
    ConnectTimedOut,
    EndpointError,
    InvalidRequest,
    NameNotResolved,
    Stalled,
    StreamInterrupted,
    WrongAddress,
)
from chat_studio.net.client import HttpClient, HttpOptions


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    client = HttpClient(HttpOptions(timeout=30))
    yield client
    await client.aclose()


async def test_a_request(client: HttpClient) -> None:
    async with serve({"POST /v1/x": json_reply({"ok": True}, 418, x_count="3")}) as server:
        answer = await client.request("POST", f"{server.url}/v1/x", headers={"x-a": "b"}, json={"q": "é"})
    assert (answer.status, answer.json()) == (418, {"ok": True})
    assert answer.headers["x-count"] == "3"
    request = server.requests[0]
    assert (request.method, request.path, request.json) == ("POST", "/v1/x", {"q": "é"})
    assert request.headers["x-a"] == "b"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("chat-studio/")


async def test_half_a_surrogate_pair_can_be_sent(client: HttpClient) -> None:
    async with serve(json_reply({})) as server:
        await client.request("POST", server.url, json={"q": "a\ud83d"})
    assert server.requests[0].json == {"q": "a?"}


async def test_connections_are_reused(client: HttpClient) -> None:
    async with serve(json_reply({})) as server:
        for _ in range(3):
            await client.request("GET", server.url)
            assert await body_of(client, server.url) == b"{}"
        assert (len(server.requests), server.connections) == (6, 1)


async def test_the_users_headers_win() -> None:
    client = HttpClient(HttpOptions(headers={"Authorization": "mine", "X-Team": "t"}))
    async with serve(json_reply({})) as server:
        await client.request("GET", server.url, headers={"authorization": "theirs"})
        await client.aclose()
    assert server.requests[0].headers["authorization"] == "mine"
    assert server.requests[0].headers["x-team"] == "t"


async def test_a_stream_arrives_as_it_is_sent(client: HttpClient) -> None:
    gate = Gate()
    async with serve(chunked(b"one", gate, b"two")) as server, client.stream("POST", server.url) as answer:
        chunks = answer.chunks()
        assert await anext(chunks) == b"one"
        gate.open()
        assert await anext(chunks) == b"two"
        assert [chunk async for chunk in chunks] == []
    assert server.requests[0].headers["accept-encoding"] == "identity"


async def test_compression_is_undone(client: HttpClient) -> None:
    async with serve(reply(gzip.compress(b"hello"), "text/plain", content_encoding="gzip")) as server:
        assert await body_of(client, server.url) == b"hello"


async def test_a_body_that_is_too_long(client: HttpClient) -> None:
    async with serve(reply(b"x" * 2048, "text/plain")) as server, client.stream("GET", server.url) as answer:
        with pytest.raises(BadResponse):
            await answer.read(limit=1024)


async def test_silence_is_stalled() -> None:
    async with serve(chunked(b"one", STALL)) as server:
        error = await failing(server.url, timeout=0.1)
        await server.requests[0].gone.wait()
    assert type(error) is Stalled
    assert f"127.0.0.1:{server.port} sent nothing for 0.1 s" in error.message
    assert "silence" in error.hint


async def test_the_timeout_is_silence_not_length() -> None:
    client = HttpClient(HttpOptions(timeout=0.5))
    steps = [step for _ in range(8) for step in (b": keep-alive\n\n", Pause(0.1))]
    async with serve(chunked(*steps)) as server:
        assert await body_of(client, server.url) == b": keep-alive\n\n" * 8
        await client.aclose()


BROKEN: list[tuple[str, Answer, type[EndpointError]]] = [
    ("no answer", raw(), StreamInterrupted),
    ("reset before the answer", (RESET,), StreamInterrupted),
    ("reset in the body", chunked(b"one", RESET), StreamInterrupted),
    ("hang-up in chunked framing", chunked(b"one", HANG_UP), StreamInterrupted),
    ("half-close in chunked framing", chunked(b"one", HALF_CLOSE), StreamInterrupted),
    ("hang-up before the length is reached",
     raw(head(200, {"content-length": "9"}), b"one"), StreamInterrupted),
    ("not HTTP", raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), BadResponse),
    ("broken chunk framing", raw(head(200, {"transfer-encoding": "chunked"}), b"zz\r\n"), BadResponse),
    ("broken compression", reply(b"not gzip", "text/plain", content_encoding="gzip"), BadResponse),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
async def test_broken_answers(answer: Answer, kind: type[EndpointError]) -> None:
    async with serve(answer) as server:
        error = await failing(server.url)
    assert type(error) is kind
    assert error.hint
    assert f"127.0.0.1:{server.port}" in error.message


async def test_refused() -> None:
    port = free_port()
    error = await failing(f"http://127.0.0.1:{port}/v1")
    assert type(error) is ConnectionRefused
    assert f"127.0.0.1:{port}" in error.message
    assert "firewall" in error.hint


async def test_unresolvable() -> None:
    error = await failing("http://name.invalid/v1")
    assert type(error) is NameNotResolved
    assert "name.invalid" in error.message


async def test_no_answer_to_the_connection_attempt() -> None:
    with unanswered_port() as port:
        error = await failing(f"http://127.0.0.1:{port}", connect_timeout=0.2)
    assert type(error) is ConnectTimedOut
    assert "0.2 s" in error.message


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "127.0.0.1", "", "http://[::1", "http://127.0.0.1:99999/"])
async def test_addresses_that_are_none(url: str) -> None:
    assert isinstance(await failing(url), WrongAddress)


@pytest.mark.parametrize("value", ["secret\n1", "sécret"])
async def test_headers_that_cannot_be_sent_are_not_quoted(value: str) -> None:
    async with serve(json_reply({})) as server:
        error = await failing(server.url, headers={"x-key": value})
    assert type(error) is InvalidRequest
    assert value not in f"{error!r} {error.hint} {error.detail} {error.__cause__}"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_told_and_not_followed(status: int) -> None:
    async with serve(redirect("https://user:secret@elsewhere.example/v1?key=secret", status)) as server:
        error = await failing(server.url)
    assert isinstance(error, WrongAddress)
    assert "https://elsewhere.example/v1" in error.message
    assert "secret" not in f"{error.message} {error.hint} {error.detail}"
    assert len(server.requests) == 1


async def test_a_page_is_an_answer_to_be_judged_by_others(client: HttpClient) -> None:
    async with serve(html("<title>Hi</title>", 502)) as server:
        answer = await client.request("GET", server.url)
    assert (answer.status, answer.text) == (502, "<title>Hi</title>")
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


# Letting go --------------------------------------------------------------------------------------------------------


async def test_cancelling_aborts_at_the_server(client: HttpClient) -> None:
    async with serve(chunked(b"one", STALL)) as server:
        reading = asyncio.create_task(body_of(client, server.url))
        request = await server.received()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await request.gone.wait()
        assert not request.answered


async def test_leaving_the_block_aborts_at_the_server(client: HttpClient) -> None:
    async with serve(chunked(b"one", STALL)) as server:
        async with client.stream("POST", server.url) as answer:
            assert await anext(answer.chunks()) == b"one"
        await server.requests[0].gone.wait()
        assert not server.requests[0].answered


async def test_cancelling_one_request_leaves_the_others(client: HttpClient) -> None:
    gate = Gate()
    async with serve({"/stall": chunked(STALL), "/held": chunked(b"a", gate, b"b")}) as server:
        stalled = asyncio.create_task(body_of(client, f"{server.url}/stall"))
        held = asyncio.create_task(body_of(client, f"{server.url}/held"))
        await server.received(2)
        stalled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stalled
        gate.open()
        assert await held == b"ab"


async def test_closing_the_client_lets_an_answer_end() -> None:
    client = HttpClient(HttpOptions())
    gate = Gate()
    async with serve(chunked(b"one", gate, b"two")) as server:
        async with client.stream("POST", server.url) as answer:
            chunks = answer.chunks()
            assert await anext(chunks) == b"one"
            await client.aclose()
            gate.open()
            assert await anext(chunks) == b"two"
            assert await anext(chunks, b"") == b""
        await server.requests[0].gone.wait()
