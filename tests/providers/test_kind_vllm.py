"""vLLM: version, health, counting tokens, thoughts, base models, and its own failures, as recorded where they were."""

from __future__ import annotations

import pytest
from servers import Answer, free_port, json_reply, recorded, reply, serve, sse
from wire.recorded import FOLDER
from wire.talk import QUESTION, ask, endpoint

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import Finished, ReasoningDelta, TextDelta
from chat_studio.messages import FinishReason, Message, ReasoningPart, Role, ToolCallPart, ToolResultPart
from chat_studio.providers._chat_completions.provider import ChatOptions
from chat_studio.providers.values import ChatRequest, ModelInfo, ToolDefinition
from chat_studio.providers.vllm import Vllm


def recording(name: str, server: str = "vllm") -> Answer:
    return recorded(FOLDER / server / f"{name}.http")


SERVER = {
    "/v1/models": recording("get_v1_models"),
    "/version": recording("get_version"),
    "/health": recording("get_health"),
    "/tokenize": recording("tokenize_prompt"),
    "POST /v1/completions": recording("completions_stream"),
}


async def test_models_version_and_health() -> None:
    async with serve(SERVER) as server:
        provider = Vllm(endpoint(server.url))
        assert await provider.list_models() == [ModelInfo("tiny", context_length=1024)]
        info = await provider.check()
        await provider.aclose()
    assert (info.version, info.note) == ("0.32.0", "1 model")


async def test_a_dead_engine() -> None:
    async with serve({**SERVER, "/health": reply("", "text/plain", 503)}) as server:
        provider = Vllm(endpoint(server.url))
        with pytest.raises(errors.Overloaded) as caught:
            await provider.check()
        await provider.aclose()
    assert "start vLLM again" in caught.value.hint


async def test_behind_a_gateway_that_offers_only_v1() -> None:
    async with serve({"/v1/models": recording("get_v1_models")}) as server:
        provider = Vllm(endpoint(server.url))
        info = await provider.check()
        assert await provider.count_tokens(QUESTION) is None
        await provider.aclose()
    assert info.version == ""


async def test_counting_tokens_of_a_conversation() -> None:
    tool = ToolDefinition("f", "It does.", {"type": "object"})
    async with serve(SERVER) as server:
        provider = Vllm(endpoint(server.url, temperature=0.5))
        assert await provider.count_tokens(ChatRequest(QUESTION.messages, tools=(tool,))) == 6
        await provider.aclose()
    asked = server.requests[0].json
    assert set(asked) == {"model", "messages", "tools"}
    assert asked["messages"] == [{"role": "user", "content": "hello"}]


async def test_a_base_model_goes_on_with_the_text() -> None:
    async with serve(SERVER) as server:
        at = endpoint(server.url, options=ChatOptions(api="completions"))
        events, error = await ask(Vllm, at)
        provider = Vllm(at)
        assert await provider.count_tokens(QUESTION) == 6
        await provider.aclose()
    assert error is None
    assert any(isinstance(event, TextDelta) for event in events)
    assert events[-1] == Finished(FinishReason.LENGTH, "length")
    assert server.requests[0].json["prompt"] == "hello"
    assert server.requests[1].json == {"model": "m", "prompt": "hello"}


async def test_thoughts_come_and_go_as_reasoning() -> None:
    call = ToolCallPart(id="c", name="f", arguments="{}")
    thought = Message(role=Role.ASSISTANT, parts=(ReasoningPart(text="Hm."), call))
    result = Message(role=Role.TOOL, parts=(ToolResultPart(call_id="c", name="f", content="1"),))
    async with serve(sse({"choices": [{"delta": {"reasoning": "Ok"}, "finish_reason": "stop"}]})) as server:
        events, _ = await ask(Vllm, endpoint(server.url), ChatRequest((*QUESTION.messages, thought, result)))
    assert server.requests[0].json["messages"][1]["reasoning"] == "Hm."
    assert ReasoningDelta("Ok") in events


FAILURES: dict[str, tuple[Answer, type[EndpointError], str]] = {
    "image": (recording("chat_image"), errors.ImagesUnsupported, "a model that can see"),
    "image, more than one": (
        json_reply({"error": {"message": "At most 1 image(s) may be provided in one request.", "code": 400}}, 400),
        errors.InvalidRequest,
        "--limit-mm-per-prompt",
    ),
    "tools": (recording("chat_tools"), errors.ToolsUnsupported, "--enable-auto-tool-choice"),
    "overflow": (recording("chat_overflow"), errors.ContextLengthExceeded, "--max-model-len"),
    "key": (recording("chat_no_key", "vllm-tools"), errors.Unauthorized, "enter that key"),
    "model": (recording("chat_unknown_model"), errors.ModelNotFound, "The server offers: tiny"),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_failures(name: str) -> None:
    answer, kind, hint = FAILURES[name]
    async with serve({**SERVER, "POST /v1/chat/completions": answer}) as server:
        _, error = await ask(Vllm, endpoint(server.url))
    assert type(error) is kind
    assert hint in error.hint


async def test_a_missing_key_names_the_variable() -> None:
    async with serve(recording("chat_no_key", "vllm-tools")) as server:
        _, error = await ask(Vllm, endpoint(server.url, api_key=""))
    assert error is not None
    assert "VLLM_API_KEY" in error.hint


async def test_nothing_listens() -> None:
    _, error = await ask(Vllm, endpoint(f"http://127.0.0.1:{free_port()}"))
    assert type(error) is errors.ConnectionRefused
    assert "vllm serve" in error.hint
    assert "--host 0.0.0.0" in Vllm.program.hint(error, "http://192.168.1.5:8000/v1")
