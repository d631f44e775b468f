"""OpenRouter: one address, a list in pages, blocks of reasoning, and errors that say what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from servers import DONE, chunked, events, json_reply, serve, sse
from wire.talk import KEY, QUESTION, ask, endpoint, joined

from chat_studio.connections.recognition import by_host, by_key
from chat_studio.errors import (
    BillingRequired,
    ContentFiltered,
    EndpointError,
    ModelNotFound,
    Overloaded,
    RateLimited,
    ServerFailed,
    ToolsUnsupported,
    Unauthorized,
)
from chat_studio.events import Finished, ReasoningDelta, TextDelta, ToolCallReady, UsageReported
from chat_studio.messages import Message, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart
from chat_studio.parameters import Parameters
from chat_studio.providers.base import Provider
from chat_studio.providers.openrouter import OpenRouter
from chat_studio.providers.values import MODELS, ChatRequest, ModelInfo, Price, Probe

CHAT, LIST = "POST /api/v1/chat/completions", "GET /api/v1/models"


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": "gen-1", "model": "a/b", "choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def at(url: str, **fields: Any) -> Any:
    return endpoint(f"{url}/api/v1", **fields)


@pytest.mark.parametrize(
    "typed",
    ["openrouter.ai", "https://openrouter.ai/", "https://openrouter.ai/api", "https://openrouter.ai/v1",
     "https://openrouter.ai/api/v1/chat/completions", "https://www.openrouter.ai/models?q=x", ""],
)  # fmt: skip
def test_whatever_is_pasted_of_openrouter(typed: str) -> None:
    provider = OpenRouter(endpoint(typed))
    assert provider.base_url == "https://openrouter.ai/api/v1"


def test_it_is_recognised() -> None:
    assert by_host("https://openrouter.ai/api/v1") is OpenRouter
    assert by_key("sk-or-v1-abc") is OpenRouter
    listed = {"data": [{"id": "a/b", "pricing": {}, "top_provider": {}}]}
    assert OpenRouter.recognise(Probe(MODELS, 200, {}, "", listed))
    assert not OpenRouter.recognise(Probe(MODELS, 200, {}, "", {"data": [{"id": "a"}]}))
    assert OpenRouter.normalise_url("http://localhost:9000/x") == "http://localhost:9000/x"


async def test_what_is_sent() -> None:
    parameters = Parameters(max_tokens=5, reasoning_effort="low")
    async with serve({CHAT: sse(delta("stop", content="Hi"))}) as server:
        await ask(OpenRouter, at(server.url, model="a/b"), ChatRequest(QUESTION.messages, parameters=parameters))
    request = server.requests[0]
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["x-title"] == "Chat Studio"
    assert request.json == {
        "model": "a/b", "messages": [{"role": "user", "content": "hello"}], "stream": True,
        "stream_options": {"include_usage": True}, "max_tokens": 5, "reasoning": {"effort": "low"},
    }  # fmt: skip


# comments, also one that a proxy took for data; the cost; the usage in a chunk with an empty delta
async def test_comments_and_the_cost_of_an_answer() -> None:
    last = delta(content="") | {"usage": {"prompt_tokens": 3, "completion_tokens": 4, "cost": 0.00042}}
    stream = [b": OPENROUTER PROCESSING\n\n", b"data: : OPENROUTER PROCESSING\n\n", *events([delta(content="Hi"),
              delta("stop", content=""), last]), DONE]  # fmt: skip
    async with serve({CHAT: chunked(*stream)}) as server:
        told, error = await ask(OpenRouter, at(server.url))
    assert error is None
    assert TextDelta("Hi") in told
    reports = [event.usage for event in told if isinstance(event, UsageReported)]
    assert [(usage.input_tokens, usage.output_tokens, usage.cost) for usage in reports] == [(3, 4, 0.00042)]


BROKEN = [
    ("server_error", "Provider disconnected unexpectedly", ServerFailed),
    (502, "Provider returned error", ServerFailed),
    (429, "Rate limited", RateLimited),
]


@pytest.mark.parametrize(("code", "words", "expected"), BROKEN)
async def test_an_error_in_the_middle_of_an_answer(code: object, words: str, expected: type[EndpointError]) -> None:
    broken = delta("error", content="") | {"provider": "x", "error": {"code": code, "message": words}}
    async with serve({CHAT: sse(delta(content="Hal"), broken)}) as server:
        told, error = await ask(OpenRouter, at(server.url))
    assert TextDelta("Hal") in told
    assert not any(isinstance(event, Finished) for event in told)
    assert type(error) is expected
    assert error.detail == words


PIECES: list[list[dict[str, Any]]] = [
    [{"type": "reasoning.text", "index": 0, "text": "Let ", "format": "x"}],
    [
        {"type": "reasoning.text", "index": 0, "text": "me see."},
        {"type": "reasoning.encrypted", "index": 0, "data": "Q"},
    ],
    [{"type": "reasoning.text", "index": 0, "text": "", "signature": "SIG"}],
    [
        {"type": "reasoning.text", "index": 0, "text": "Anew."},
        {"type": "reasoning.summary", "index": 1, "summary": "S"},
    ],
]
BLOCKS = [
    {"type": "reasoning.text", "index": 0, "text": "Let me see.", "format": "x", "signature": "SIG"},
    {"type": "reasoning.encrypted", "index": 0, "data": "Q"},
    {"type": "reasoning.text", "index": 0, "text": "Anew."},
    {"type": "reasoning.summary", "index": 1, "summary": "S"},
]


async def test_pieces_of_reasoning_become_the_blocks_that_are_sent_back() -> None:
    call = {"index": 0, "id": "c1", "function": {"name": "f", "arguments": None}}
    answer = sse(
        *(delta(reasoning="", reasoning_details=pieces) for pieces in PIECES), delta("stop", tool_calls=[call])
    )
    async with serve({CHAT: answer}) as server:
        told, error = await ask(OpenRouter, at(server.url))
        assert error is None
        replay = next(event.replay for event in told if isinstance(event, ReasoningDelta) and event.replay)
        ready = next(event.call for event in told if isinstance(event, ToolCallReady))
        assert replay == {"reasoning_details": BLOCKS}
        assert ReasoningDelta("Let me see.Anew.S") in joined(told)
        assert ready.arguments == "{}"
        turn = (
            *QUESTION.messages,
            Message(role=Role.ASSISTANT, parts=(ReasoningPart(text="x", replay=json.loads(json.dumps(replay))), ready)),
            Message(role=Role.TOOL, parts=(ToolResultPart(call_id="c1", content="1"),)),
        )
        await ask(OpenRouter, at(server.url), ChatRequest(turn))
    assert server.requests[1].json["messages"][1]["reasoning_details"] == BLOCKS


async def test_whole_blocks_of_an_answer_that_is_not_streamed() -> None:
    details = [{"type": "reasoning.encrypted", "data": "1"}, {"type": "reasoning.encrypted", "data": "2"}]
    message = {"content": "Hi", "reasoning": "hm", "reasoning_details": details}
    whole = json_reply({"choices": [{"message": message, "finish_reason": "stop"}]})
    async with serve({CHAT: whole}) as server:
        told, _ = await ask(OpenRouter, at(server.url), ChatRequest(QUESTION.messages, stream=False))
    assert [event for event in told if isinstance(event, ReasoningDelta)] == [
        ReasoningDelta("hm"), ReasoningDelta("", replay={"reasoning_details": details})
    ]  # fmt: skip


async def test_nothing_of_other_providers_is_sent_back() -> None:
    thought = ReasoningPart(text="x", replay={"signature": "Anthropic's"})
    call = ToolCallPart(id="c", name="f", arguments="{}", replay={"extra_content": {"google": {}}})
    turn = (*QUESTION.messages, Message(role=Role.ASSISTANT, parts=(thought, TextPart(text="a"), call)),
            Message(role=Role.TOOL, parts=(ToolResultPart(call_id="c", content="1"),)))  # fmt: skip
    async with serve({CHAT: sse(delta("stop", content="Hi"))}) as server:
        await ask(OpenRouter, at(server.url), ChatRequest(turn))
    sent = server.requests[0].json["messages"][1]
    assert sent.keys() == {"role", "content", "tool_calls"}
    assert sent["tool_calls"][0].keys() == {"id", "type", "function"}


MODEL = {
    "id": "a/b", "name": "A: B", "context_length": 131072, "supported_parameters": ["tools", "reasoning", "top_k"],
    "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
    "pricing": {"prompt": "0.00000015", "completion": "0.0000006", "input_cache_read": "0.000000075", "request": "0"},
    "top_provider": {"context_length": 131072, "max_completion_tokens": 16384, "is_moderated": False},
}  # fmt: skip


async def test_the_list_of_models_in_pages() -> None:
    pages = [
        json_reply({"data": [MODEL], "links": {"next": "https://elsewhere.example/api/v1/models?offset=1&limit=1"}}),
        json_reply({"data": [{"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}}, MODEL],
                    "links": {"next": "?offset=2&limit=1"}}),
        json_reply({"data": [{"id": "x:free", "pricing": {"prompt": "0", "completion": "0"}}], "links": {}}),
    ]  # fmt: skip
    async with serve({LIST: pages}) as server:
        provider = OpenRouter(at(server.url))
        models = await provider.list_models()
        await provider.aclose()
    assert [request.path for request in server.requests] == [
        "/api/v1/models", "/api/v1/models?offset=1&limit=1", "/api/v1/models?offset=2&limit=1"
    ]  # fmt: skip
    assert models == [
        ModelInfo("a/b", "A: B", 131072, 16384, capabilities=frozenset({"tools", "thinking", "vision", "completion"}),
                  price=Price(0.15, 0.6, 0.075)),
        ModelInfo("openrouter/auto"),
        ModelInfo("x:free", price=Price(0.0, 0.0)),
    ]  # fmt: skip


@pytest.mark.parametrize("price", ["-1", "1e999", "1e999999", "sNaN", "free", None, {}])
async def test_a_price_that_is_none(price: object) -> None:
    async with serve(json_reply({"data": [{"id": "a/b", "pricing": {"prompt": price}}]})) as server:
        provider = OpenRouter(at(server.url))
        assert list(await provider.list_models()) == [ModelInfo("a/b")]
        await provider.aclose()


async def check(provider: Provider) -> Any:
    try:
        return await provider.check()
    except EndpointError as error:
        return error
    finally:
        await provider.aclose()


CHECKS = [
    ({"limit": 20, "limit_remaining": 3.2, "usage": 16.8}, "$3.20 of the key's $20.00 left"),
    ({"limit": None, "limit_remaining": None, "usage": 1.5}, "$1.50 used, the key has no limit"),
    ({}, ""),
]


@pytest.mark.parametrize(("told", "note"), CHECKS)
async def test_the_key_is_checked_where_a_key_counts(told: dict[str, Any], note: str) -> None:
    async with serve({"GET /api/v1/key": json_reply({"data": told}), LIST: json_reply({"data": []})}) as server:
        assert (await check(OpenRouter(at(server.url)))).note == note
    assert [request.path for request in server.requests] == ["/api/v1/key"]


async def test_a_wrong_key_is_found_though_the_list_is_public() -> None:
    refused = json_reply({"error": {"code": 401, "message": "User not found."}}, 401)
    async with serve({"GET /api/v1/key": refused, LIST: json_reply({"data": [MODEL]})}) as server:
        error = await check(OpenRouter(at(server.url)))
        other = await check(OpenRouter(at(server.url, api_key="")))
    assert type(error) is Unauthorized
    assert "https://openrouter.ai/settings/keys" in error.hint
    assert "OPENROUTER_API_KEY" in other.hint


async def test_a_gateway_that_knows_nothing_of_keys() -> None:
    async with serve({LIST: json_reply({"data": [MODEL]})}) as server:
        assert (await check(OpenRouter(at(server.url)))).note == "1 model"


FAILURES: list[tuple[int, dict[str, Any], type[EndpointError], str]] = [
    (402, {"message": "This request requires more credits, or fewer max_tokens."}, BillingRequired, "settings/credits"),
    (404, {"message": "No endpoints found for a/c."}, ModelNotFound, "The server offers: a/b"),
    (400, {"message": "a/c is not a valid model ID"}, ModelNotFound, "The server offers: a/b"),
    (404, {"message": "No endpoints found matching your data policy."}, ModelNotFound, "settings/privacy"),
    (404, {"message": "No endpoints found that support tool use."}, ToolsUnsupported, "tools"),
    (403, {"message": "Input flagged", "metadata": {"reasons": ["x"], "flagged_input": "y"}}, ContentFiltered, "model"),
    (503, {"message": "No provider"}, Overloaded, "No provider of this model"),
]


@pytest.mark.parametrize(
    ("status", "body", "expected", "hint"), FAILURES, ids=[case[1]["message"] for case in FAILURES]
)
async def test_failures(status: int, body: dict[str, Any], expected: type[EndpointError], hint: str) -> None:
    refused = json_reply({"error": {"code": status, **body}, "user_id": "u"}, status)
    async with serve({CHAT: refused, LIST: json_reply({"data": [MODEL]})}) as server:
        _, error = await ask(OpenRouter, at(server.url, model="a/c"))
    assert type(error) is expected
    assert hint in error.hint
    assert error.detail.startswith(body["message"])


async def test_embeddings() -> None:
    async with serve({"POST /api/v1/embeddings": json_reply({"data": [{"embedding": [1, 2]}]})}) as server:
        provider = OpenRouter(at(server.url))
        assert await provider.embed("e", ["x"]) == [[1.0, 2.0]]
        await provider.aclose()
