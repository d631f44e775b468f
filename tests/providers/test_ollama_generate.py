"""Ollama's other requests: going on with a text, whole answers, what is in memory, one model, thinking refused."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, json_reply, ndjson, serve
from wire.ollama_answers import MODEL, STARTED, STOPPED, USAGE, continued, done, ended, said
from wire.talk import ask

from chat_studio import errors
from chat_studio.events import Event, Notice, ReasoningDelta, TextDelta
from chat_studio.messages import ImagePart, Message, Role, TextPart
from chat_studio.parameters import Parameters
from chat_studio.providers._ollama.body import generate_body
from chat_studio.providers._ollama.provider import OllamaOptions
from chat_studio.providers.ollama import Ollama
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, ToolDefinition

HELLO = ChatRequest((Message.of(Role.USER, "Once upon"),))
NO_CHAT = json_reply({"error": f'"{MODEL}" does not support chat'}, 400)
NO_GENERATE = json_reply({"error": f'"{MODEL}" does not support generate'}, 400)
NO_THINKING = json_reply({"error": f'"{MODEL}" does not support thinking'}, 400)
TALE = ndjson(continued(" a"), continued(" time"), ended())
CONTINUED = [STARTED, TextDelta(" a"), TextDelta(" time"), USAGE, STOPPED]
CHATTED = ndjson(said("Hi"), done())


def at(url: str, **fields: Any) -> Endpoint:
    return Endpoint(**{"name": "o", "base_url": url, "model": MODEL, **fields})


async def twice(url: str, request: ChatRequest = HELLO, **fields: Any) -> tuple[list[Event], list[Event]]:
    """The events of two answers of one provider."""
    provider = Ollama(at(url, **fields))
    try:
        first = [event async for event in provider.stream(request)]
        return first, [event async for event in provider.stream(request)]
    finally:
        await provider.aclose()


async def test_a_base_model_goes_on_with_the_text_and_is_remembered() -> None:
    async with serve({"POST /api/chat": NO_CHAT, "POST /api/generate": TALE}) as server:
        first, second = await twice(server.url, default_parameters={"keep_alive": "5m", "num_ctx": 4096, "raw": True})
    notice, *events = first
    assert isinstance(notice, Notice)
    assert "holds no conversations" in notice.text
    assert events == second == CONTINUED
    assert [request.path for request in server.requests] == ["/api/chat", "/api/generate", "/api/generate"]
    assert server.requests[1].json == {
        "model": MODEL, "prompt": "Once upon", "stream": True, "keep_alive": "5m", "raw": True,
        "options": {"num_ctx": 4096},
    }  # fmt: skip


async def test_told_to_generate() -> None:
    async with serve({"POST /api/generate": TALE}) as server:
        events, error = await ask(Ollama, at(server.url, options=OllamaOptions(api="generate")), HELLO)
    assert (events, error) == (CONTINUED, None)


async def test_told_to_chat() -> None:
    async with serve({"POST /api/chat": NO_CHAT}) as server:
        events, error = await ask(Ollama, at(server.url, options=OllamaOptions(api="chat")), HELLO)
    assert events == []
    assert type(error) is errors.InvalidRequest
    assert "embeddings" in error.hint


async def test_a_model_that_does_neither() -> None:
    async with serve({"POST /api/chat": NO_CHAT, "POST /api/generate": NO_GENERATE}) as server:
        _, error = await ask(Ollama, at(server.url), HELLO)
    assert type(error) is errors.InvalidRequest
    assert "embeddings" in error.hint
    assert len(server.requests) == 2


async def test_thoughts_of_a_continued_text() -> None:
    answer = ndjson(continued("", thinking="Hm"), continued("Hi"), ended())
    async with serve({"POST /api/generate": answer}) as server:
        events, _ = await ask(Ollama, at(server.url, options=OllamaOptions(api="generate")), HELLO)
    assert events == [STARTED, ReasoningDelta("Hm"), TextDelta("Hi"), USAGE, STOPPED]


@pytest.mark.parametrize(
    ("api", "path", "answer"),
    [("chat", "/api/chat", done("Hi")), ("generate", "/api/generate", ended("Hi"))],
)
async def test_an_answer_that_comes_whole(api: Any, path: str, answer: dict[str, Any]) -> None:
    async with serve({f"POST {path}": json_reply(answer)}) as server:
        request = ChatRequest(HELLO.messages, stream=False)
        events, error = await ask(Ollama, at(server.url, options=OllamaOptions(api=api)), request)
    assert (events, error) == ([STARTED, TextDelta("Hi"), USAGE, STOPPED], None)
    assert server.requests[0].json["stream"] is False


def test_what_only_conversations_have_is_left_out() -> None:
    picture = Message(role=Role.USER, parts=(TextPart(text="See"), ImagePart(media_type="image/png", data="aGk=")))
    tool = ToolDefinition("f", "", {})
    request = ChatRequest((Message.of(Role.SYSTEM, "Be brief."), picture), tools=(tool,), parameters=Parameters(seed=1))
    assert generate_body(request, at(""), "base") == {
        "model": "base", "prompt": "Be brief.\n\nSee", "images": ["aGk="], "stream": True, "options": {"seed": 1},
    }  # fmt: skip


async def test_a_model_that_does_not_think_is_asked_without() -> None:
    async with serve({"POST /api/chat": [NO_THINKING, CHATTED]}) as server:
        request = ChatRequest(HELLO.messages, parameters=Parameters(reasoning_effort="high"))
        first, second = await twice(server.url, request)
    notice, *events = first
    assert isinstance(notice, Notice)
    assert "does not think" in notice.text
    assert events == second == [STARTED, TextDelta("Hi"), USAGE, STOPPED]
    assert ["think" in request.json for request in server.requests] == [True, False, False]


@pytest.mark.parametrize("kept", [{"think": True}, {"think": "low"}])
async def test_thinking_among_the_default_parameters_is_dropped_too(kept: dict[str, Any]) -> None:
    async with serve({"POST /api/chat": [NO_THINKING, CHATTED]}) as server:
        events, error = await ask(Ollama, at(server.url, default_parameters=kept), HELLO)
    assert error is None
    assert isinstance(events[0], Notice)


def running(*models: dict[str, Any]) -> Answer:
    return json_reply({"models": list(models)})


TAGS = json_reply({"models": [
    {"model": "idle", "details": {"context_length": 131072}},
    {"model": "busy", "details": {"context_length": 40960}, "capabilities": ["completion"]},
]})  # fmt: skip


async def test_what_is_in_memory_has_the_context_that_was_allocated() -> None:
    async with serve({"/api/tags": TAGS, "/api/ps": running({"model": "busy", "context_length": 4096})}) as server:
        provider = Ollama(at(server.url, model=""))
        models, model = await provider.list_models(), await provider.default_model()
        await provider.aclose()
    assert models == [
        ModelInfo("idle", context_length=131072, loaded=False),
        ModelInfo("busy", context_length=4096, loaded=True, capabilities=frozenset({"completion"})),
    ]
    assert model == "busy"


async def test_old_versions_do_not_tell_what_was_allocated() -> None:
    async with serve({"/api/tags": TAGS, "/api/ps": running({"name": "busy"})}) as server:
        provider = Ollama(at(server.url))
        _, busy = await provider.list_models()
        await provider.aclose()
    assert (busy.context_length, busy.loaded) == (40960, True)


@pytest.mark.parametrize(
    "answer", [json_reply({"error": "unauthorized"}, 401), json_reply({"models": None}), json_reply([])]
)
async def test_without_a_list_of_what_is_in_memory(answer: Answer) -> None:
    async with serve({"/api/tags": TAGS, "/api/ps": answer}) as server:
        provider = Ollama(at(server.url))
        assert [model.loaded for model in await provider.list_models()] == [None, None]
        await provider.aclose()


SHOWN = {
    "details": {"quantization_level": "Q4_K_M"},
    "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960, "qwen3.embedding_length": 4096},
    "capabilities": ["completion", "tools"],
}


async def test_what_it_tells_of_one_model() -> None:
    async with serve({"POST /api/show": json_reply(SHOWN)}) as server:
        provider = Ollama(at(server.url))
        described = await provider.describe(MODEL)
        await provider.aclose()
    assert described == ModelInfo(
        MODEL, context_length=40960, quantization="Q4_K_M", capabilities=frozenset({"completion", "tools"})
    )
    assert server.requests[0].json == {"model": MODEL}


@pytest.mark.parametrize("shown", [{}, [], {"model_info": {"general.architecture": 7}, "details": None}])
async def test_a_model_of_which_it_tells_nothing(shown: object) -> None:
    async with serve({"POST /api/show": json_reply(shown)}) as server:
        provider = Ollama(at(server.url))
        assert await provider.describe(MODEL) == ModelInfo(MODEL)
        await provider.aclose()
