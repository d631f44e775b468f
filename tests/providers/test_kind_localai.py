"""LocalAI: models with their abilities, version and readiness, counting tokens, and its own failures."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, free_port, json_reply, serve, sse
from wire.talk import QUESTION, ask, endpoint

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import Finished, ReasoningDelta, TextDelta, ToolCallReady, UsageReported
from chat_studio.messages import FinishReason, ToolCallPart, Usage
from chat_studio.providers.localai import LocalAi
from chat_studio.providers.values import ModelInfo

ABLE = {
    "object": "list",
    "data": [
        {"id": "parakeet", "object": "model", "capabilities": ["transcript"], "input_modalities": ["audio"]},
        {"id": "vlm", "object": "model", "capabilities": ["chat", "vision"], "input_modalities": ["text", "image"]},
    ],
}
PLAIN = {"object": "list", "data": [{"id": "gpt-4", "object": "model"}]}
NO_KEY = json_reply({"error": {"code": 401, "message": "An authentication key is required", "type": ""}}, 401)
VERSION = json_reply({"version": "v3.9.0 (f7b2d5e)"})


async def test_models_with_what_they_can_do() -> None:
    async with serve({"/v1/models/capabilities": json_reply(ABLE)}) as server:
        provider = LocalAi(endpoint(server.url, model=""))
        models, model = await provider.list_models(), await provider.default_model()
        await provider.aclose()
    assert models == [
        ModelInfo("parakeet", capabilities=frozenset({"transcript"})),
        ModelInfo("vlm", capabilities=frozenset({"completion", "vision"})),
    ]
    assert model == "vlm"


async def test_the_list_of_older_versions() -> None:
    async with serve({"/v1/models": json_reply(PLAIN)}) as server:
        provider = LocalAi(endpoint(server.url))
        assert await provider.list_models() == [ModelInfo("gpt-4")]
        await provider.aclose()


async def test_check_tells_the_version() -> None:
    async with serve({"/v1/models": json_reply(PLAIN), "/version": VERSION}) as server:
        provider = LocalAi(endpoint(server.url))
        info = await provider.check()
        await provider.aclose()
    assert (info.version, info.note) == ("v3.9.0 (f7b2d5e)", "1 model")


async def test_check_while_it_starts() -> None:
    async with serve({"/v1/models": json_reply(PLAIN), "/readyz": json_reply({"status": "starting"}, 503)}) as server:
        provider = LocalAi(endpoint(server.url))
        with pytest.raises(errors.ModelLoading) as caught:
            await provider.check()
        await provider.aclose()
    assert "preparing" in caught.value.hint


async def test_check_without_a_key() -> None:
    async with serve(NO_KEY) as server:
        provider = LocalAi(endpoint(server.url, api_key=""))
        with pytest.raises(errors.Unauthorized) as caught:
            await provider.check()
        await provider.aclose()
    assert "LOCALAI_API_KEY" in caught.value.hint


async def test_counting_tokens() -> None:
    async with serve({"POST /v1/tokenize": json_reply({"tokens": [1, 2, 3]})}) as server:
        provider = LocalAi(endpoint(server.url))
        assert await provider.count_tokens(QUESTION) == 3
        await provider.aclose()
    assert server.requests[0].json == {"model": "m", "content": "hello"}


async def test_a_version_that_does_not_count() -> None:
    async with serve({}) as server:
        provider = LocalAi(endpoint(server.url))
        assert await provider.count_tokens(QUESTION) is None
        await provider.aclose()


async def test_a_call_in_two_deltas_and_usage_that_begins_with_zeros() -> None:
    def delta(**content: Any) -> dict[str, Any]:
        zeros = {"prompt_tokens": 0, "completion_tokens": 0}
        return {"choices": [{"index": 0, "delta": content}], "usage": zeros}

    answer = sse(
        delta(reasoning="Hm"),
        delta(tool_calls=[{"index": 0, "id": "c", "type": "function", "function": {"name": "f"}}]),
        delta(tool_calls=[{"index": 0, "id": "c", "type": "function", "function": {"arguments": '{"x":1}'}}]),
        {"progress": "an event of its own"},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
        {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}},
    )
    async with serve(answer) as server:
        events, error = await ask(LocalAi, endpoint(server.url))
    assert error is None
    assert ReasoningDelta("Hm") in events
    assert ToolCallReady(ToolCallPart(id="c", name="f", arguments='{"x":1}')) in events
    assert [event for event in events if isinstance(event, UsageReported)] == [
        UsageReported(Usage(input_tokens=7, output_tokens=3))
    ]
    assert events[-1] == Finished(FinishReason.TOOL_CALLS, "tool_calls")


FAILURES: dict[str, tuple[Answer, type[EndpointError], str]] = {
    "key": (NO_KEY, errors.Unauthorized, "LOCALAI_API_KEY"),
    "backend": (
        json_reply({"error": {"code": 500, "message": "could not load model - all backends failed", "type": ""}}, 500),
        errors.ServerFailed, "backend",
    ),
    "in the stream": (
        sse({"choices": [{"delta": {"content": "Half"}}]}, {"error": {"message": "rpc", "type": "server_error"}}),
        errors.ServerFailed, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
async def test_failures(name: str) -> None:
    answer, kind, hint = FAILURES[name]
    async with serve({"POST /v1/chat/completions": answer}) as server:
        events, error = await ask(LocalAi, endpoint(server.url))
    assert type(error) is kind
    assert hint in error.hint
    assert (TextDelta("Half") in events) is (name == "in the stream")


async def test_nothing_listens() -> None:
    _, error = await ask(LocalAi, endpoint(f"http://127.0.0.1:{free_port()}"))
    assert type(error) is errors.ConnectionRefused
    assert "local-ai run" in error.hint
