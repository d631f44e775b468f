"""LM Studio: three lists of models, 200 for everything, streams that end in its own ways, and what to do about them."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, free_port, json_reply, serve, sse
from wire.talk import ask, endpoint

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import Finished, TextDelta, ToolCallReady
from chat_studio.messages import FinishReason, ToolCallPart
from chat_studio.providers.lmstudio import LmStudio
from chat_studio.providers.values import ModelInfo

NATIVE = {
    "models": [
        {"type": "llm", "publisher": "qwen", "key": "qwen/qwen3-vl-8b", "display_name": "Qwen3 VL 8B",
         "quantization": {"name": "Q4_K_M", "bits_per_weight": 4}, "size_bytes": 6_000_000_000, "loaded_instances": [],
         "max_context_length": 262144, "capabilities": {"vision": True, "trained_for_tool_use": True}},
        {"type": "llm", "key": "openai/gpt-oss-20b", "display_name": "GPT-OSS 20B", "quantization": None,
         "loaded_instances": [{"id": "openai/gpt-oss-20b", "config": {"context_length": 8192}}],
         "max_context_length": 131072,
         "capabilities": {"vision": False, "trained_for_tool_use": True,
                          "reasoning": {"allowed_options": ["low", "high"], "default": "low"}}},
        {"type": "embedding", "key": "nomic-embed", "loaded_instances": [], "max_context_length": 2048},
    ]
}  # fmt: skip
OLDER = {
    "object": "list",
    "data": [
        {"id": "a", "type": "vlm", "quantization": "Q4", "state": "loaded", "max_context_length": 9000,
         "loaded_context_length": 4096, "capabilities": ["tool_use"]},
        {"id": "e", "type": "embeddings", "state": "not-loaded", "max_context_length": 2048},
    ],
}  # fmt: skip


def unexpected(method: str, path: str) -> Answer:
    return json_reply({"error": f"Unexpected endpoint or method. ({method} {path})"})


async def test_its_own_list() -> None:
    async with serve({"/api/v1/models": json_reply(NATIVE)}) as server:
        provider = LmStudio(endpoint(server.url, model=""))
        models = await provider.list_models()
        info, model = await provider.check(), await provider.default_model()
        await provider.aclose()
    assert models == [
        ModelInfo("qwen/qwen3-vl-8b", "Qwen3 VL 8B", 262144, size=6_000_000_000, quantization="Q4_K_M", loaded=False,
                  capabilities=frozenset({"vision", "tools"})),
        ModelInfo("openai/gpt-oss-20b", "GPT-OSS 20B", 8192, loaded=True,
                  capabilities=frozenset({"tools", "thinking"})),
        ModelInfo("nomic-embed", context_length=2048, loaded=False, capabilities=frozenset({"embedding"})),
    ]  # fmt: skip
    assert info.note == "3 models, 1 loaded"
    assert model == "openai/gpt-oss-20b"  # the one in memory, though another stands before it


async def test_the_list_of_older_versions() -> None:
    async with serve({"/api/v0/models": json_reply(OLDER), "*": unexpected("GET", "/api/v1/models")}) as server:
        provider = LmStudio(endpoint(server.url))
        models = await provider.list_models()
        await provider.aclose()
    assert models == [
        ModelInfo(
            "a", context_length=4096, quantization="Q4", loaded=True, capabilities=frozenset({"tools", "vision"})
        ),
        ModelInfo("e", context_length=2048, loaded=False, capabilities=frozenset({"embedding"})),
    ]


async def test_the_list_of_the_oldest_versions() -> None:
    plain = {"data": [{"id": "a", "object": "model", "owned_by": "organization_owner"}]}
    async with serve({"/v1/models": json_reply(plain), "*": unexpected("GET", "/api")}) as server:
        provider = LmStudio(endpoint(server.url))
        assert await provider.list_models() == [ModelInfo("a")]
        await provider.aclose()


@pytest.mark.parametrize(
    "typed",
    ["localhost:1234", "http://localhost:1234/", "http://localhost:1234/v1", "http://localhost:1234/api/v1",
     "http://localhost:1234/api/v0", "http://localhost:1234/api/v1/models", "http://localhost:1234/v1/chat/completions"],
)  # fmt: skip
def test_addresses(typed: str) -> None:
    assert LmStudio.normalise_url(typed) == "http://localhost:1234/v1"


async def test_a_wrong_path_is_told_though_the_status_is_200() -> None:
    async with serve(unexpected("POST", "/llm/chat/completions")) as server:
        events, error = await ask(LmStudio, endpoint(f"{server.url}/llm"))
    assert events == []
    assert type(error) is errors.WrongAddress
    assert "http://localhost:1234/v1" in error.hint


async def test_tool_calls_whose_ids_come_once() -> None:
    def delta(**call: Any) -> dict[str, Any]:
        return {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "type": "function", **call}]}}]}

    answer = sse(
        delta(id="814890118", function={"name": "f", "arguments": ""}),
        delta(id=None, function={"name": None, "arguments": '{"x"'}),
        delta(id=None, function={"name": "", "arguments": ":1}"}),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]},
    )
    async with serve(answer) as server:
        events, error = await ask(LmStudio, endpoint(server.url))
    assert error is None
    assert ToolCallReady(ToolCallPart(id="814890118", name="f", arguments='{"x":1}')) in events
    assert events[-1] == Finished(FinishReason.TOOL_CALLS, "tool_calls")


async def test_a_full_context_in_the_middle_of_an_answer() -> None:
    half = {"choices": [{"index": 0, "delta": {"content": "Half"}}]}
    async with serve(sse(half, {"error": {"message": "Context size has been exceeded."}})) as server:
        events, error = await ask(LmStudio, endpoint(server.url))
    assert TextDelta("Half") in events
    assert type(error) is errors.ContextLengthExceeded
    assert "lms load" in error.hint


NOTHING_LOADED = "No models loaded. Please load a model in the developer page or use the 'lms load' command."
N_KEEP = (
    "The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: "
    "4096). Try to load the model with a larger context length, or provide a shorter input."
)
FAILURES: dict[str, tuple[Answer, type[EndpointError], str]] = {
    "nothing loaded": (
        json_reply({"error": {"message": NOTHING_LOADED, "type": "invalid_request_error", "param": "model"}}, 400),
        errors.ModelNotFound, "lms load",
    ),
    "no room": (json_reply({"error": N_KEEP}, 400), errors.ContextLengthExceeded, "--context-length"),
    "crashed": (
        json_reply({"error": "The model has crashed without additional information. (Exit code: null)"}, 400),
        errors.InvalidRequest, "memory",
    ),
    "not a word": (sse(), errors.StreamInterrupted, "more room"),
    "cut": (sse({"choices": [{"delta": {"content": ""}}]}, done=False), errors.StreamInterrupted, "more room"),
    "token": (
        json_reply({"error": {"message": "Invalid token", "type": "invalid_request"}}, 401),
        errors.Unauthorized, "API token",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
async def test_failures(name: str) -> None:
    answer, kind, hint = FAILURES[name]
    async with serve({"POST /v1/chat/completions": answer, "*": unexpected("GET", "/")}) as server:
        _, error = await ask(LmStudio, endpoint(server.url))
    assert type(error) is kind
    assert hint in error.hint


async def test_nothing_listens() -> None:
    _, error = await ask(LmStudio, endpoint(f"http://127.0.0.1:{free_port()}"))
    assert type(error) is errors.ConnectionRefused
    assert "lms server start" in error.hint
    assert "Serve on Local Network" in LmStudio.program.hint(error, "http://192.168.1.5:1234/v1")


async def test_a_token_that_is_refused_is_not_taken_for_an_old_version() -> None:
    async with serve(json_reply({"error": {"message": "Invalid token"}}, 401)) as server:
        provider = LmStudio(endpoint(server.url))
        with pytest.raises(errors.Unauthorized):
            await provider.check()
        await provider.aclose()
    assert len(server.requests) == 1
