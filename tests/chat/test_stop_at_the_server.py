"""Stop, from a session down to the socket: the server sees its client go, whichever protocol it speaks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from chat.heard import Heard
from servers import STALL, Answer, chunked, serve, sse

from chat_studio.chat.changes import AnswerGrew
from chat_studio.events import TextDelta
from chat_studio.history.records import MessageState
from chat_studio.paths import Paths
from chat_studio.studio import Studio


def ndjson(*values: dict[str, Any], then: object) -> Answer:
    lines = [json.dumps(value).encode() + b"\n" for value in values]
    return chunked(*lines, then, content_type="application/x-ndjson")  # type: ignore[arg-type]


PARTLY: dict[str, Answer] = {
    "vllm": sse({"choices": [{"index": 0, "delta": {"content": "so far"}}]}, STALL),
    "ollama": ndjson({"model": "m", "message": {"content": "so far"}, "done": False}, then=STALL),
    "anthropic": sse(
        {"type": "message_start", "message": {"id": "1", "model": "claude", "usage": {}}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "so far"}},
        STALL,
    ),
}


@pytest.fixture
async def make_studio(home: Path) -> AsyncIterator[Callable[..., Studio]]:
    """A studio whose connection `c` is of a kind and leads to an address."""
    made: list[Studio] = []

    def make(kind: str, url: str) -> Studio:
        paths = Paths.find(home / "studio")
        paths.config.mkdir(parents=True)
        entry = {"id": "c", "name": "Server", "provider": kind, "base_url": url, "model": "m", "api_key": "secret-key"}
        paths.connections.write_text(json.dumps({"connections": [entry]}), encoding="utf-8")
        made.append(Studio.build(paths))
        return made[-1]

    yield make
    for studio in made:
        await studio.aclose()


@pytest.mark.parametrize("kind", PARTLY)
async def test_stop_in_the_middle(make_studio: Callable[..., Studio], kind: str) -> None:
    async with serve(PARTLY[kind]) as server:
        session = await make_studio(kind, server.url).sessions.new("c")
        heard = Heard(session)
        await session.send("Hi", connection_id="c")
        while AnswerGrew(session.records[-1].id, TextDelta("so far")) not in heard:
            await heard.until(AnswerGrew, 1 + sum(isinstance(change, AnswerGrew) for change in heard))
        session.stop()
        await server.requests[0].gone.wait()
        await session.wait()
        assert not server.requests[0].answered
    answer = session.records[-1]
    assert (answer.state, answer.message.text) == (MessageState.STOPPED, "so far")


@pytest.mark.parametrize("kind", PARTLY)
async def test_stop_while_nothing_has_come(make_studio: Callable[..., Studio], kind: str) -> None:
    async with serve((STALL,)) as server:
        session = await make_studio(kind, server.url).sessions.new("c")
        await session.send("Hi", connection_id="c")
        request = await server.received()
        session.stop()
        await request.gone.wait()
        await session.wait()
    assert (session.records[-1].state, session.records[-1].message.parts) == (MessageState.STOPPED, ())


@pytest.mark.parametrize("kind", PARTLY)
async def test_the_end_of_the_program_ends_the_request(make_studio: Callable[..., Studio], kind: str) -> None:
    async with serve(PARTLY[kind]) as server:
        studio = make_studio(kind, server.url)
        session = await studio.sessions.new("c")
        async with aclosing(studio):
            await session.send("Hi", connection_id="c")
            request = await server.received()
        await request.gone.wait()
    assert session.records[-1].state is MessageState.INTERRUPTED
