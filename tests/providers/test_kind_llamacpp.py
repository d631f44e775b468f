"""llama.cpp's server: its models and properties, its version, counting tokens, and its own failures."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, free_port, json_reply, recorded, serve, sse
from wire.recorded import FOLDER
from wire.talk import QUESTION, ask, endpoint

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import Finished, ReasoningDelta, TextDelta, UsageReported
from chat_studio.messages import FinishReason, Message, ReasoningPart, Role, ToolCallPart, ToolResultPart, Usage
from chat_studio.providers._chat_completions.provider import ChatOptions
from chat_studio.providers.llamacpp import LlamaCpp
from chat_studio.providers.values import ChatRequest, ModelInfo


def recording(name: str) -> Answer:
    return recorded(FOLDER / "llama-server" / f"{name}.http")


def failed(code: int, message: str, kind: str = "server_error") -> Answer:
    return json_reply({"error": {"code": code, "message": message, "type": kind}}, code)


SERVER = {
    "/v1/models": recording("get_v1_models"),
    "/props": recording("get_props"),
    "/health": recording("get_health"),
    "/tokenize": recording("tokenize_content"),
}
LOADING = failed(503, "Loading model", "unavailable_error")
ONE = {"data": [{"id": "m", "owned_by": "llamacpp", "meta": {"n_ctx_train": 32768, "size": 5}}]}


async def test_the_model_with_what_the_properties_tell() -> None:
    async with serve(SERVER) as server:
        provider = LlamaCpp(endpoint(server.url))
        models = await provider.list_models()
        await provider.aclose()
    tiny = ModelInfo("tiny-taught", context_length=1024, size=1883648, loaded=True, capabilities=frozenset({"tools"}))
    assert models == [tiny]


async def test_the_running_context_and_the_modalities() -> None:
    properties = {"default_generation_settings": {"n_ctx": 8192}, "modalities": {"vision": True, "audio": False}}
    async with serve({"/v1/models": json_reply(ONE), "/props": json_reply(properties)}) as server:
        provider = LlamaCpp(endpoint(server.url))
        (model,) = await provider.list_models()
        await provider.aclose()
    assert (model.context_length, model.capabilities) == (8192, {"vision"})


async def test_without_properties_the_list_is_all() -> None:
    async with serve({"/v1/models": json_reply(ONE)}) as server:
        provider = LlamaCpp(endpoint(server.url))
        assert await provider.list_models() == [ModelInfo("m", context_length=32768, size=5)]
        await provider.aclose()


async def test_a_router_tells_the_states_of_its_models() -> None:
    states = ("unloaded", "loaded", "sleeping")
    data = [{"id": state, "owned_by": "llamacpp", "status": {"value": state}} for state in states]
    async with serve({"/v1/models": json_reply({"data": data})}) as server:
        provider = LlamaCpp(endpoint(server.url, model=""))
        assert [model.loaded for model in await provider.list_models()] == [False, True, False]
        assert await provider.default_model() == "loaded"
        await provider.aclose()
    assert "/props" not in {request.path for request in server.requests}


async def test_check_tells_the_build() -> None:
    async with serve(SERVER) as server:
        provider = LlamaCpp(endpoint(server.url))
        info = await provider.check()
        await provider.aclose()
    assert (info.version, info.note) == ("b1-0c1e570", "1 model")


async def test_check_while_the_model_is_loaded() -> None:
    async with serve(LOADING) as server:
        provider = LlamaCpp(endpoint(server.url))
        with pytest.raises(errors.ModelLoading) as caught:
            await provider.check()
        with pytest.raises(errors.ModelLoading):
            await provider.list_models()
        await provider.aclose()
    assert "still reading" in caught.value.hint


async def test_a_wrong_key_shows_at_the_properties() -> None:
    refused = failed(401, "Invalid API Key", "authentication_error")
    async with serve({**SERVER, "/props": refused}) as server:
        provider = LlamaCpp(endpoint(server.url))
        with pytest.raises(errors.Unauthorized) as caught:
            await provider.check()
        assert len(await provider.list_models()) == 1
        await provider.aclose()
    assert "--api-key" in caught.value.hint


async def test_counting_tokens() -> None:
    counted = json_reply({"object": "response.input_tokens", "input_tokens": 11})
    async with serve({"POST /v1/chat/completions/input_tokens": counted}) as server:
        provider = LlamaCpp(endpoint(server.url))
        assert await provider.count_tokens(QUESTION) == 11
        await provider.aclose()
    assert server.requests[0].json["messages"] == [{"role": "user", "content": "hello"}]


async def test_counting_tokens_in_two_steps() -> None:
    prompt = json_reply({"prompt": "<|im_start|>user\nhello"})
    async with serve({**SERVER, "POST /apply-template": prompt}) as server:
        provider = LlamaCpp(endpoint(server.url))
        assert await provider.count_tokens(QUESTION) == 6
        await provider.aclose()
    assert server.requests[-1].json == {
        "content": "<|im_start|>user\nhello", "add_special": True, "parse_special": True
    }  # fmt: skip


@pytest.mark.parametrize("answer", [failed(404, "File Not Found"), failed(501, "Not supported")])
async def test_a_server_that_does_not_count(answer: Answer) -> None:
    async with serve(answer) as server:
        provider = LlamaCpp(endpoint(server.url))
        assert await provider.count_tokens(QUESTION) is None
        await provider.aclose()


async def test_counting_fails_as_asking_does() -> None:
    async with serve(LOADING) as server:
        provider = LlamaCpp(endpoint(server.url))
        with pytest.raises(errors.ModelLoading):
            await provider.count_tokens(QUESTION)
        await provider.aclose()


async def test_timings_are_usage_where_none_is_told() -> None:
    chunk = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}
    timings = {"prompt_n": 1, "cache_n": 8, "predicted_n": 24, "predicted_per_second": 80.5}
    async with serve(sse({**chunk, "timings": {"prompt_n": 1}}, {"choices": [], "timings": timings})) as server:
        events, error = await ask(LlamaCpp, endpoint(server.url))
    assert error is None
    assert UsageReported(Usage(input_tokens=9, output_tokens=24, cached_tokens=8)) in events


async def test_a_base_model_goes_on_with_the_text() -> None:
    async with serve({"POST /v1/completions": recording("completions_stream")}) as server:
        events, error = await ask(LlamaCpp, endpoint(server.url, options=ChatOptions(api="completions")))
    assert error is None
    assert "".join(event.text for event in events if isinstance(event, TextDelta)).startswith("Hello!")
    assert events[-1] == Finished(FinishReason.LENGTH, "length")
    assert server.requests[0].json["prompt"] == "hello"


async def test_thoughts_before_a_tool_call_are_sent_back() -> None:
    call = ToolCallPart(id="c", name="f", arguments="{}")
    thought = Message(role=Role.ASSISTANT, parts=(ReasoningPart(text="Hm."), call))
    result = Message(role=Role.TOOL, parts=(ToolResultPart(call_id="c", name="f", content="1"),))
    async with serve(sse({"choices": [{"delta": {"reasoning_content": "Ok"}, "finish_reason": "stop"}]})) as server:
        events, _ = await ask(LlamaCpp, endpoint(server.url), ChatRequest((*QUESTION.messages, thought, result)))
    assert server.requests[0].json["messages"][1]["reasoning_content"] == "Hm."
    assert ReasoningDelta("Ok") in events


FAILURES: dict[str, tuple[Answer, type[EndpointError], str]] = {
    "loading": (LOADING, errors.ModelLoading, "still reading"),
    "image": (recording("chat_image"), errors.ImagesUnsupported, "--mmproj"),
    "tools": (failed(500, "tools param requires --jinja flag"), errors.ToolsUnsupported, "--jinja"),
    "overflow": (recording("chat_overflow"), errors.ContextLengthExceeded, "-c"),
    "overflow under 200": (
        json_reply({"error": {"code": 400, "message": "the request exceeds the available context size",
                              "type": "exceed_context_size_error", "n_ctx": 1024}}),
        errors.ContextLengthExceeded, "-c",
    ),
    "key": (failed(401, "Invalid API Key", "authentication_error"), errors.Unauthorized, "--api-key"),
    "in the stream": (
        sse({"error": {"code": 500, "message": "Failed to parse input at pos 7: <tool", "type": "server_error"}}),
        errors.ServerFailed, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
async def test_failures(name: str) -> None:
    answer, kind, hint = FAILURES[name]
    async with serve({"POST /v1/chat/completions": answer}) as server:
        _, error = await ask(LlamaCpp, endpoint(server.url))
    assert type(error) is kind
    assert hint in error.hint


async def test_embeddings_that_were_not_switched_on() -> None:
    async with serve(recording("embeddings")) as server:
        provider = LlamaCpp(endpoint(server.url))
        with pytest.raises(errors.ServerFailed) as caught:
            await provider.embed("m", ["hello"])
        await provider.aclose()
    assert "--embeddings" in caught.value.hint


@pytest.mark.parametrize(
    ("platform", "hint"), [("linux", "`llama-server -m"), ("darwin", "`llama-server -m"), ("win32", "llama-server.exe")]
)
def test_how_to_start_it(platform: str, hint: str) -> None:
    refused: Any = errors.ConnectionRefused("No.")
    assert hint in LlamaCpp.program.hint(refused, "http://127.0.0.1:8080/v1", platform)
    assert "--host 0.0.0.0" in LlamaCpp.program.hint(refused, "http://192.168.1.5:8080/v1", platform)


async def test_nothing_listens() -> None:
    _, error = await ask(LlamaCpp, endpoint(f"http://127.0.0.1:{free_port()}"))
    assert type(error) is errors.ConnectionRefused
    assert "9931" in error.hint
