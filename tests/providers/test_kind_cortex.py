"""Cortex: its list of models, its health, and errors that stand under `message`."""

from __future__ import annotations

import pytest
from servers import Answer, free_port, json_reply, reply, serve, sse
from wire.talk import ask, endpoint

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import TextDelta
from chat_studio.providers.cortex import Cortex
from chat_studio.providers.values import ModelInfo

LISTED = {
    "object": "list",
    "data": [
        {"id": "llama3.2:3b-gguf-q4-km", "model": "llama3.2:3b-gguf-q4-km", "engine": "llama-cpp", "ctx_len": 4096}
    ],
    "result": "OK",
}
ALIVE = reply("cortex-cpp is alive!!!", "text/html")


async def test_models_and_health() -> None:
    async with serve({"/v1/models": json_reply(LISTED), "/healthz": ALIVE}) as server:
        provider = Cortex(endpoint(server.url, api_key=""))
        assert await provider.list_models() == [ModelInfo("llama3.2:3b-gguf-q4-km", context_length=4096)]
        assert (await provider.check()).note == "1 model"
        await provider.aclose()
    assert "/healthz" in {request.path for request in server.requests}
    assert "authorization" not in server.requests[0].headers


async def test_an_answer() -> None:
    async with serve(sse({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]})) as server:
        events, error = await ask(Cortex, endpoint(server.url))
    assert error is None
    assert TextDelta("Hi") in events


FAILURES: dict[str, tuple[Answer, type[EndpointError], str]] = {
    "not started": (
        json_reply({"message": "Model has not been loaded, please load model into nitro"}, 409),
        errors.ServerFailed,
        "cortex models start",
    ),
    "not started, newer": (
        json_reply({"message": "Model is not loaded yet"}, 400),
        errors.InvalidRequest,
        "cortex models start",
    ),
    "other": (json_reply({"message": "No available engine"}, 400), errors.InvalidRequest, ""),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_failures(name: str) -> None:
    answer, kind, hint = FAILURES[name]
    async with serve({"POST /v1/chat/completions": answer}) as server:
        _, error = await ask(Cortex, endpoint(server.url))
    assert type(error) is kind
    assert hint in error.hint
    assert error.hint


async def test_a_sick_server() -> None:
    async with serve({"/v1/models": json_reply(LISTED), "/healthz": reply("", "text/plain", 500)}) as server:
        provider = Cortex(endpoint(server.url))
        with pytest.raises(errors.ServerFailed):
            await provider.check()
        await provider.aclose()


async def test_nothing_listens() -> None:
    _, error = await ask(Cortex, endpoint(f"http://127.0.0.1:{free_port()}"))
    assert type(error) is errors.ConnectionRefused
    assert "cortex start" in error.hint
