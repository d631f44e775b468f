"""Jan: only running models are listed, a key is required, and its own errors are plain text."""

from __future__ import annotations

import pytest
from servers import HANG_UP, Answer, chunked, free_port, json_reply, reply, serve, sse
from wire.talk import ask, endpoint

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import ReasoningDelta, TextDelta
from chat_studio.providers.jan import Jan
from chat_studio.providers.values import ModelInfo

RUNNING = {"object": "list", "data": [{"id": "Jan-v1-4B", "object": "model", "created": 1, "owned_by": "user"}]}


def plain(text: str, status: int) -> Answer:
    return reply(text, "text/plain", status)


async def test_models_and_check() -> None:
    async with serve({"/v1/models": json_reply(RUNNING)}) as server:
        provider = Jan(endpoint(server.url))
        assert await provider.list_models() == [ModelInfo("Jan-v1-4B")]
        assert (await provider.check()).note == "1 model"
        await provider.aclose()
    assert server.requests[0].headers["authorization"].startswith("Bearer ")


async def test_no_model_runs() -> None:
    async with serve({"/v1/models": json_reply({"object": "list", "data": []})}) as server:
        _, error = await ask(Jan, endpoint(server.url, model=""))
    assert type(error) is errors.ModelNotFound
    assert "Start a model in Jan" in error.hint


async def test_an_answer_with_thoughts() -> None:
    deltas = ({"role": "assistant", "content": None}, {"reasoning_content": "Hm"}, {"content": "Hi"})
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    async with serve(sse(*chunks, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})) as server:
        events, error = await ask(Jan, endpoint(server.url))
    assert error is None
    assert [event for event in events if isinstance(event, ReasoningDelta | TextDelta)] == [
        ReasoningDelta("Hm"),
        TextDelta("Hi"),
    ]


FAILURES: dict[str, tuple[Answer, type[EndpointError], str]] = {
    "none running": (plain("No models are available", 503), errors.ModelNotFound, "Start a model in Jan"),
    "not running": (plain("No running session found for model 'x'", 404), errors.ModelNotFound, "Start a model in Jan"),
    "wrong path": (plain("Not Found", 404), errors.WrongAddress, "/v1"),
    "no model field": (plain("Request body must contain a 'model' field", 400), errors.InvalidRequest, ""),
    "crashed": (plain("Proxy request to model failed: connection refused", 502), errors.ServerFailed, "crashed"),
    "no key": (plain("Invalid or missing authorization token", 401), errors.Unauthorized, "Local API Server"),
    "foreign host": (plain("Invalid host header", 403), errors.Unauthorized, "trusted hosts"),
    "dies": (
        chunked(b'data: {"choices":[{"index":0,"delta":{"content":"Hal"}}]}\n\n', HANG_UP),
        errors.StreamInterrupted,
        "",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_failures(name: str) -> None:
    answer, kind, hint = FAILURES[name]
    async with serve({"POST /v1/chat/completions": answer}) as server:
        _, error = await ask(Jan, endpoint(server.url))
    assert type(error) is kind
    assert hint in error.hint
    assert error.hint


async def test_nothing_listens() -> None:
    _, error = await ask(Jan, endpoint(f"http://127.0.0.1:{free_port()}"))
    assert type(error) is errors.ConnectionRefused
    assert "Start Server" in error.hint
    assert "0.0.0.0" in Jan.program.hint(error, "http://192.168.1.5:1337/v1")
