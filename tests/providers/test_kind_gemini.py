"""Gemini: strict requests, calls without an index that are signed, thoughts inside the text, errors in arrays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from servers import json_reply, serve, sse
from wire.talk import KEY, QUESTION, ask, endpoint, joined

from chat_studio.connections.recognition import by_host, by_key, by_model, takes_usual_key
from chat_studio.errors import (
    ContextLengthExceeded,
    EndpointError,
    InvalidRequest,
    ModelNotFound,
    Overloaded,
    RateLimited,
    Unauthorized,
)
from chat_studio.events import Finished, Notice, ReasoningDelta, TextDelta, ToolCallReady, UsageReported
from chat_studio.messages import FinishReason, ImagePart, Message, Role, TextPart, ToolCallPart, ToolResultPart
from chat_studio.parameters import Parameters
from chat_studio.providers._gemini.provider import GeminiOptions
from chat_studio.providers.gemini import Gemini
from chat_studio.providers.values import MODELS, ChatRequest, ModelInfo, Probe, ToolDefinition

BASE = "https://generativelanguage.googleapis.com/v1beta/openai"
CHAT, LIST, NATIVE = "POST /v1beta/openai/chat/completions", "GET /v1beta/openai/models", "GET /v1beta/models"
SIGNATURE = {"google": {"thought_signature": "S"}}
DUMMY = {"google": {"thought_signature": "skip_thought_signature_validator"}}


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "model": "gemini-3",
        "choices": [{"index": 0, "delta": {"role": "assistant", **fields}, "finish_reason": finish}],
    }


def at(url: str, **fields: Any) -> Any:
    return endpoint(f"{url}/v1beta/openai", **fields)


@pytest.mark.parametrize(
    ("typed", "base", "fields"),
    [
        ("", BASE, {}),
        ("generativelanguage.googleapis.com", BASE, {}),
        (f"{BASE}/", BASE, {}),
        ("https://generativelanguage.googleapis.com/v1/openai", BASE, {}),
        ("https://generativelanguage.googleapis.com/v1beta/models/gemini-3-flash:streamGenerateContent?key=AIzaX", BASE,
         {"model": "gemini-3-flash"}),
        ("http://localhost:9000/v1beta", "http://localhost:9000/v1beta/openai", {}),
        ("http://localhost:9000/gate/v1beta/openai/chat/completions", "http://localhost:9000/gate/v1beta/openai", {}),
        ("http://localhost:9000", "http://localhost:9000/v1", {}),
        ("https://eu-aiplatform.googleapis.com/v1beta1/projects/p/locations/eu/endpoints/openapi",
         "https://eu-aiplatform.googleapis.com/v1beta1/projects/p/locations/eu/endpoints/openapi", {}),
    ],
)  # fmt: skip
def test_pasted_addresses(typed: str, base: str, fields: dict[str, str]) -> None:
    assert Gemini(endpoint(typed)).base_url == base
    assert Gemini.fields_of_url(typed) == fields


def test_it_is_recognised() -> None:
    assert by_host(BASE) is by_key("AIzaSy123") is by_model("gemini-3-flash") is Gemini
    assert takes_usual_key(Gemini, BASE)
    assert not takes_usual_key(Gemini, "https://eu-aiplatform.googleapis.com/v1")
    assert Gemini.recognise(Probe(MODELS, 200, {}, "", {"data": [{"id": "models/gemini-3-flash"}]}))
    assert not Gemini.recognise(Probe(MODELS, 200, {}, "", {"data": [{"id": "gemini"}]}))


SCHEMA = {
    "$schema": "x", "type": "object", "additionalProperties": False, "required": ["default"],
    "properties": {
        "default": {"type": "string", "format": "uri", "default": "x", "description": "d"},
        "many": {"type": "array", "items": {"oneOf": [{"type": "string"}], "type": "string", "const": "a"}},
    },
}  # fmt: skip
PRUNED = {
    "type": "object", "required": ["default"],
    "properties": {
        "default": {"type": "string", "description": "d"},
        "many": {"type": "array", "items": {"type": "string"}},
    },
}  # fmt: skip


async def test_what_is_sent() -> None:
    parameters = Parameters(max_tokens=5, temperature=0.5, reasoning_effort="low", json_schema=SCHEMA)
    request = ChatRequest(QUESTION.messages, parameters=parameters, tools=(ToolDefinition("f", "does", SCHEMA),))
    async with serve({CHAT: sse(delta("stop", content="Hi"))}) as server:
        await ask(Gemini, at(server.url, model="gemini-3"), request)
    sent = server.requests[0]
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert sent.json == {
        "model": "gemini-3", "messages": [{"role": "user", "content": "hello"}], "stream": True,
        "stream_options": {"include_usage": True}, "max_tokens": 5, "temperature": 0.5, "reasoning_effort": "low",
        "tools": [{"type": "function", "function": {"name": "f", "description": "does", "parameters": PRUNED}}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": PRUNED, "strict": True}},
    }  # fmt: skip


async def test_images_as_data_only() -> None:
    linked = Message(role=Role.USER, parts=(TextPart(text="?"), ImagePart(url="https://x.example/a.png")))
    bytes_ = Message(role=Role.USER, parts=(TextPart(text="?"), ImagePart(data="QQ==", media_type="image/png")))
    async with serve({CHAT: sse(delta("stop", content="Hi"))}) as server:
        _, error = await ask(Gemini, at(server.url), ChatRequest((linked,)))
        assert type(error) is InvalidRequest
        assert "attach" in error.hint
        await ask(Gemini, at(server.url), ChatRequest((bytes_,)))
    (request,) = server.requests
    assert request.json["messages"][0]["content"][1]["image_url"]["url"] == "data:image/png;base64,QQ=="


async def test_a_field_that_gemini_does_not_know_is_left_out() -> None:
    words = 'Invalid JSON payload received. Unknown name "seed": Cannot find field.'
    refused = json_reply([{"error": {"code": 400, "message": words, "status": "INVALID_ARGUMENT"}}], 400)
    async with serve({CHAT: [refused, sse(delta("stop", content="Hi"))]}) as server:
        told, error = await ask(Gemini, at(server.url), replace(QUESTION, parameters=Parameters(seed=1)))
    assert error is None
    assert told[0] == Notice("The server does not take “seed”; the request was sent without it.")
    assert "seed" not in server.requests[1].json


# (how a call comes, what of it is sent back)
CALLS: list[tuple[str, list[dict[str, Any]], dict[str, Any]]] = [
    ("whole, without an index", [delta("stop", tool_calls=[
        {"id": "a", "function": {"name": "f", "arguments": '{"x":1}'}, "extra_content": SIGNATURE}])], SIGNATURE),
    ("in pieces without an index", [delta(tool_calls=[{"id": "a", "function": {"name": "f", "arguments": '{"x"'}}]),
                                    delta("stop", tool_calls=[{"function": {"arguments": ":1}"}}])], DUMMY),
    ("signed beside the call", [delta(tool_calls=[{"id": "a", "function": {"name": "f", "arguments": '{"x":1}'}}]),
                                delta("stop", extra_content=SIGNATURE)], SIGNATURE),
]  # fmt: skip


@pytest.mark.parametrize(("chunks", "sent_back"), [case[1:] for case in CALLS], ids=[case[0] for case in CALLS])
async def test_calls_and_their_signatures(chunks: list[dict[str, Any]], sent_back: dict[str, Any]) -> None:
    async with serve({CHAT: sse(*chunks)}) as server:
        told, error = await ask(Gemini, at(server.url))
        assert error is None
        (call,) = (event.call for event in told if isinstance(event, ToolCallReady))
        assert (call.id, call.name, call.arguments) == ("a", "f", '{"x":1}')
        assert told[-1] == Finished(FinishReason.TOOL_CALLS, "stop")
        await ask(Gemini, at(server.url), turn_with(call))
    assert server.requests[1].json["messages"][1]["tool_calls"] == [
        {"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}, "extra_content": sent_back}
    ]


async def test_of_calls_side_by_side_only_the_first_is_signed() -> None:
    first = ToolCallPart(id="a", name="f", arguments="{}", replay={"extra_content": SIGNATURE})
    second = ToolCallPart(id="b", name="f", arguments="{}")
    async with serve({CHAT: sse(delta("stop", content="Hi"))}) as server:
        await ask(Gemini, at(server.url), turn_with(first, second))
        await ask(Gemini, at(server.url), turn_with(second))
    own, foreign = (request.json["messages"][1]["tool_calls"] for request in server.requests)
    assert [call.get("extra_content") for call in own] == [SIGNATURE, None]
    assert [call.get("extra_content") for call in foreign] == [DUMMY]


def turn_with(*calls: ToolCallPart) -> ChatRequest:
    results = tuple(Message(role=Role.TOOL, parts=(ToolResultPart(call_id=call.id, content="1"),)) for call in calls)
    return ChatRequest((*QUESTION.messages, Message(role=Role.ASSISTANT, parts=calls), *results))


FLAG = {"google": {"thought": True}}

THOUGHTS: list[tuple[str, list[dict[str, Any]]]] = [
    ("tags", [delta(content="<thou"), delta(content="ght>Hm."), delta(content="</thought>Yes."), delta("stop")]),
    ("tags and flags", [delta(content="<thought>H", extra_content=FLAG), delta(content="m.", extra_content=FLAG),
                        delta(content="</thought>Yes."), delta("stop")]),
    ("flags", [delta(content="Hm.", extra_content=FLAG), delta(content="Yes."), delta("stop")]),
]  # fmt: skip


@pytest.mark.parametrize("chunks", [case[1] for case in THOUGHTS], ids=[case[0] for case in THOUGHTS])
async def test_thoughts_inside_the_text(chunks: list[dict[str, Any]]) -> None:
    async with serve({CHAT: sse(*chunks)}) as server:
        told, error = await ask(Gemini, at(server.url))
    assert error is None
    texts = [event for event in joined(told) if isinstance(event, TextDelta | ReasoningDelta)]
    assert texts == [ReasoningDelta("Hm."), TextDelta("Yes.")]


# (model, effort, parameters of the connection, what is asked of its thinking)
ASKED: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("gemini-3-flash", "", {}, {"include_thoughts": True}),
    ("gemini-3-flash", "low", {}, {"include_thoughts": True, "thinking_level": "low"}),
    ("models/gemini-2.5-pro", "medium", {}, {"include_thoughts": True, "thinking_budget": 8192}),
    ("gemini-3-flash", "", {"extra_body": {"google": {"thinking_config": {"thinking_budget": 1}}}},
     {"thinking_budget": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("model", "effort", "own", "config"), ASKED)
async def test_thoughts_are_asked_for(model: str, effort: str, own: dict[str, Any], config: dict[str, Any]) -> None:
    async with serve({CHAT: sse(delta("stop", content="Hi"))}) as server:
        options = GeminiOptions(thoughts=True)
        connection = at(server.url, model=model, options=options, default_parameters=own)
        await ask(Gemini, connection, replace(QUESTION, parameters=Parameters(reasoning_effort=effort)))
    body = server.requests[0].json
    assert body["extra_body"] == {"google": {"thinking_config": config}}
    assert "reasoning_effort" not in body


async def test_usage_of_every_chunk_is_not_summed() -> None:
    chunks = [delta(content=text) | {"usage": {"prompt_tokens": 9, "completion_tokens": count}}
              for count, text in enumerate("abc", 1)]  # fmt: skip
    async with serve({CHAT: sse(*chunks, delta("stop"))}) as server:
        told, _ = await ask(Gemini, at(server.url))
    assert [event.usage.output_tokens for event in told if isinstance(event, UsageReported)] == [3]


async def test_an_answer_that_is_filtered() -> None:
    async with serve({CHAT: sse(delta("content_filter: SAFETY"))}) as server:
        told, _ = await ask(Gemini, at(server.url))
    assert told[-1] == Finished(FinishReason.CONTENT_FILTER, "content_filter: SAFETY")


PAGES = [
    json_reply({"models": [
        {"name": "models/gemini-3-flash", "displayName": "Gemini 3 Flash", "inputTokenLimit": 1048576,
         "outputTokenLimit": 65536, "supportedGenerationMethods": ["generateContent", "countTokens"], "thinking": True},
    ], "nextPageToken": "a b"}),
    json_reply({"models": [{"name": "models/gemini-embedding-001", "inputTokenLimit": 2048, "outputTokenLimit": 1,
                            "supportedGenerationMethods": ["embedContent"]}]}),
]  # fmt: skip


async def test_the_list_with_limits() -> None:
    async with serve({NATIVE: PAGES * 2}) as server:
        provider = Gemini(at(server.url, model=""))
        models = await provider.list_models()
        assert await provider.default_model() == "gemini-3-flash"
        await provider.aclose()
    assert models == [
        ModelInfo("gemini-3-flash", "Gemini 3 Flash", 1048576, 65536,
                  capabilities=frozenset({"completion", "thinking"})),
        ModelInfo("gemini-embedding-001", context_length=2048, max_output_tokens=1,
                  capabilities=frozenset({"embedding"})),
    ]  # fmt: skip
    first, second = server.requests[:2]
    assert (first.path, second.path) == ("/v1beta/models?pageSize=1000", "/v1beta/models?pageSize=1000&pageToken=a+b")
    assert first.headers["x-goog-api-key"] == KEY
    assert "authorization" not in first.headers  # Gemini would take it for an OAuth token


async def test_the_list_of_a_gateway() -> None:
    listed = json_reply({"object": "list", "data": [{"id": "models/gemini-3-flash", "object": "model"}]})
    async with serve({LIST: listed, "GET /v1/models": listed}) as server:
        for base in (f"{server.url}/v1beta", server.url):
            provider = Gemini(endpoint(base))
            assert await provider.list_models() == [ModelInfo("gemini-3-flash")]
            await provider.aclose()
    paths = ["/v1beta/models?pageSize=1000", "/v1beta/openai/models", "/v1/models"]
    assert [request.path for request in server.requests] == paths
    assert server.requests[1].headers["authorization"] == f"Bearer {KEY}"


RETRY = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}]
FAILURES: list[tuple[int, dict[str, Any], type[EndpointError], str]] = [
    (400, {"message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT"}, Unauthorized,
     "https://aistudio.google.com/apikey"),
    (403, {"message": "Permission denied", "status": "PERMISSION_DENIED"}, Unauthorized, "aistudio"),
    (404, {"message": "models/x is not found for API version v1beta", "status": "NOT_FOUND"}, ModelNotFound,
     "The server offers: gemini-3-flash"),
    (429, {"message": "You exceeded your current quota.", "status": "RESOURCE_EXHAUSTED", "details": RETRY},
     RateLimited, "34 s. Quotas"),
    (503, {"message": "The model is overloaded. Please try again later.", "status": "UNAVAILABLE"},
     Overloaded, "moment"),
    (400, {"message": "The input token count (9) exceeds the maximum number of tokens allowed (8).",
           "status": "INVALID_ARGUMENT"}, ContextLengthExceeded, "Shorten"),
    (400, {"message": "User location is not supported for the API use.", "status": "FAILED_PRECONDITION"},
     InvalidRequest, "OpenRouter"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "expected", "hint"), FAILURES, ids=[case[1]["message"] for case in FAILURES]
)
async def test_failures(status: int, body: dict[str, Any], expected: type[EndpointError], hint: str) -> None:
    refused = json_reply([{"error": {"code": status, **body}}], status)
    async with serve({CHAT: refused, NATIVE: PAGES}) as server:
        _, error = await ask(Gemini, at(server.url))
    assert type(error) is expected
    assert hint.lower() in error.hint.lower()
    assert error.detail == body["message"]
    assert error.retry_after == (34.0 if status == 429 else None)


async def test_a_failure_in_the_middle_of_an_answer() -> None:
    broken = [{"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}]
    async with serve({CHAT: sse(delta(content="Hal"), broken)}) as server:
        told, error = await ask(Gemini, at(server.url))
    assert TextDelta("Hal") in told
    assert type(error) is Overloaded


async def test_check_finds_a_wrong_key() -> None:
    refused = json_reply({"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}, 400)
    async with serve(refused) as server:
        provider = Gemini(at(server.url))
        with pytest.raises(Unauthorized):
            await provider.check()
        await provider.aclose()
    assert [request.path for request in server.requests] == ["/v1beta/models?pageSize=1000", "/v1beta/openai/models"]


async def test_embeddings() -> None:
    async with serve({"POST /v1beta/openai/embeddings": json_reply({"data": [{"embedding": [1]}]})}) as server:
        provider = Gemini(at(server.url))
        assert await provider.embed("gemini-embedding-001", ["x"]) == [[1.0]]
        await provider.aclose()
