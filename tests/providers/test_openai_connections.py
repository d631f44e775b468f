from __future__ import annotations

import pytest
from servers import HalfClose, Stall, chunked, events, ndjson, serve, sse

from chat_studio.events import Finished
from chat_studio.messages import Message, Role
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import provider_class
from chat_studio.providers.values import ChatRequest, Endpoint

REQUEST = ChatRequest(messages=(Message.of(Role.USER, "Hello"),), model="tiny")
CHUNK = {"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]}
ANSWERS = {
    "custom": sse(CHUNK),
    "ollama": ndjson({"message": {"role": "assistant", "content": "Hi"}, "done": True, "done_reason": "stop"}),
}


async def ask(provider: Provider) -> None:
    got = [event async for event in provider.stream(REQUEST)]
    assert isinstance(got[-1], Finished)


@pytest.mark.parametrize("kind", ANSWERS)
async def test_one_connection_serves_one_answer_after_the_other(kind: str) -> None:
    async with serve(ANSWERS[kind]) as server:
        provider = provider_class(kind)(Endpoint(name="test", base_url=server.url, model="tiny"), read_pause=0.001)
        for _ in range(3):
            await ask(provider)
        await provider.aclose()
    assert server.connections == 1


@pytest.mark.parametrize("after", [Stall(), HalfClose()])
async def test_a_server_that_does_not_end_the_body_loses_its_connection_only(after: Stall | HalfClose) -> None:
    answer = chunked(*events([CHUNK, "[DONE]"]), after)
    async with serve(answer) as server:
        provider = provider_class("custom")(Endpoint(name="test", base_url=server.url, model="tiny"))
        for _ in range(2):
            await ask(provider)
        await provider.aclose()
    assert server.connections == 2
