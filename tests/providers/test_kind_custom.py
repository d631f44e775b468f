"""Any OpenAI-compatible server: every form of address, no key, no list of models, gateways with errors of their own."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, chunked, json_reply, reply, serve, sse
from wire.stories import story
from wire.talk import QUESTION, ask, endpoint

from chat_studio.connections.detect import detect
from chat_studio.connections.endpoint import options_of
from chat_studio.connections.model import Connection
from chat_studio.errors import (
    BillingRequired,
    EndpointError,
    ModelNotFound,
    RateLimited,
    ServerFailed,
    Unauthorized,
    WrongAddress,
)
from chat_studio.messages import Message, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart
from chat_studio.providers._chat_completions.provider import ChatOptions
from chat_studio.providers.custom import Custom
from chat_studio.providers.values import ChatRequest

HI = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}
ON = {"choices": [{"index": 0, "text": " and on", "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    ("typed", "expected", "fields"),
    [
        ("host.example", "https://host.example/v1", {}),
        ("https://host.example/foo/chat/completions", "https://host.example/foo", {}),
        ("https://host.example/v1/chat/completions", "https://host.example/v1", {}),
        ("https://host.example/chat/completions/", "https://host.example/chat/completions", {}),
        ("https://host.example/completions", "https://host.example/completions", {"api": "completions"}),
        ("https://host.example/v1/completions", "https://host.example/v1", {"api": "completions"}),
        ("https://host.example/foo/completions/", "https://host.example/foo", {"api": "completions"}),
        ("https://host.example/v1/models", "https://host.example/v1", {}),
        ("api.deepseek.com", "https://api.deepseek.com/v1", {}),
        ("https://api.groq.com", "https://api.groq.com/openai/v1", {}),
        ("https://api.groq.com/openai/v1/chat/completions", "https://api.groq.com/openai/v1", {}),
        ("api.fireworks.ai", "https://api.fireworks.ai/inference/v1", {}),
        ("https://api.together.xyz/v1", "https://api.together.xyz/v1", {}),
        ("https://api.perplexity.ai", "https://api.perplexity.ai", {}),
        ("", "", {}),
    ],
)
def test_addresses(typed: str, expected: str, fields: dict[str, str]) -> None:
    assert Custom.normalise_url(typed) == expected
    assert Custom.normalise_url(expected) == expected
    assert Custom.fields_of_url(typed) == fields


@pytest.mark.parametrize(
    "path", ["/chat/completions", "/foo/chat/completions", "/v1/chat/completions", "/a/v9/chat/completions"]
)
async def test_a_full_address_is_asked_exactly_there(path: str) -> None:
    async with serve({f"POST {path}": sse(HI)}) as server:
        told, error = await ask(Custom, endpoint(f"{server.url}{path}"))
    assert error is None
    assert story(told) == [("text", "Hi"), ("finished", "stop", "stop")]
    assert [request.path for request in server.requests] == [path]


@pytest.mark.parametrize("path", ["/completions", "/v1/completions", "/foo/completions"])
async def test_a_full_address_of_the_legacy_api(path: str) -> None:
    """Also in a file that was edited by hand, whose address nobody has made canonical."""
    async with serve({f"POST {path}": sse(ON)}) as server:
        connection = Connection(id="c", name="c", base_url=f"{server.url}{path}", provider="custom")
        options = options_of(connection, Custom)
        told, error = await ask(Custom, endpoint(connection.base_url, options=options))
    assert error is None
    assert story(told) == [("text", " and on"), ("finished", "stop", "stop")]
    assert server.requests[0].json["prompt"] == "hello"


@pytest.mark.parametrize(
    ("pasted", "base", "fields"),
    [
        ("/v1/completions", "/v1", {"api": "completions"}),
        ("/foo/chat/completions", "/foo", {}),
        ("/chat/completions", "/chat/completions", {}),
    ],
)
async def test_detecting_from_a_full_address(pasted: str, base: str, fields: dict[str, str]) -> None:
    """Whether or not the server lists models, and without sending a question."""
    async with serve(json_reply({"detail": "Not Found"}, 404)) as server:
        found = await detect(f"{server.url}{pasted}")
    assert (found.kind, found.base_url, dict(found.fields)) == ("custom", f"{server.url}{base}", fields)
    assert {request.method for request in server.requests} == {"GET"}


def test_what_the_entry_says_counts_more_than_its_address() -> None:
    connection = Connection.model_validate(
        {"id": "c", "name": "c", "base_url": "http://h/v1/completions", "api": "chat"}
    )
    assert options_of(connection, Custom) == ChatOptions(api="chat")


async def test_the_models_beside_a_full_address() -> None:
    async with serve({"GET /models": json_reply({"data": [{"id": "a"}]})}) as server:
        provider = Custom(endpoint(f"{server.url}/chat/completions"))
        assert [model.id for model in await provider.list_models()] == ["a"]
        await provider.aclose()


async def test_without_a_key_there_is_no_header() -> None:
    async with serve(sse(HI)) as server:
        _, error = await ask(Custom, endpoint(server.url, api_key="", headers={"X-Team": "7"}))
    assert error is None
    assert "authorization" not in server.requests[0].headers
    assert server.requests[0].headers["x-team"] == "7"


async def test_the_least_is_sent() -> None:
    async with serve(sse(HI)) as server:
        await ask(Custom, endpoint(server.url))
    assert server.requests[0].json == {
        "model": "m",
        "messages": [{"role": "user", "content": "hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_a_server_without_a_list_of_models_answers() -> None:
    async with serve({"POST /v1/chat/completions": sse(HI)}) as server:
        provider = Custom(endpoint(server.url))
        with pytest.raises(WrongAddress):
            await provider.list_models()
        assert story([event async for event in provider.stream(QUESTION)])[0] == ("text", "Hi")
        await provider.aclose()


async def test_a_model_has_to_be_named_where_none_is_listed() -> None:
    async with serve({"POST /v1/chat/completions": sse(HI)}) as server:
        _, error = await ask(Custom, endpoint(server.url, model=""))
    assert type(error) is ModelNotFound
    assert error.connection == "Test"
    assert "Type the model's name" in error.hint


CALL = ToolCallPart(id="c", name="f")
CONVERSATION = (
    *QUESTION.messages,
    Message(role=Role.ASSISTANT, parts=(ReasoningPart(text="Hm."), CALL)),
    Message(role=Role.TOOL, parts=(ToolResultPart(call_id="c", content="42"),)),
    Message(role=Role.ASSISTANT, parts=(ReasoningPart(text="So."), TextPart(text="It is 42."))),
    Message.of(Role.USER, "Again?"),
    Message(role=Role.ASSISTANT, parts=(CALL.model_copy(update={"id": "d"}),)),
    Message(role=Role.TOOL, parts=(ToolResultPart(call_id="d", content="43"),)),
)


@pytest.mark.parametrize(
    ("model", "thoughts"),
    [("deepseek-v4-pro", ["Hm.", None, ""]), ("deepseek/deepseek-v4-flash", ["Hm.", None, ""]), ("m", [None] * 3)],
)
async def test_deepseek_wants_its_thoughts_back_beside_calls(model: str, thoughts: list[str | None]) -> None:
    async with serve(sse(HI)) as server:
        _, error = await ask(Custom, endpoint(server.url, model=model), ChatRequest(CONVERSATION))
    assert error is None
    answers = [message for message in server.requests[0].json["messages"] if message["role"] == "assistant"]
    assert [answer.get("reasoning_content") for answer in answers] == thoughts


async def test_deepseek_under_load() -> None:
    """Comments keep a stream alive, line feeds an answer that comes whole."""
    thought: dict[str, Any] = {"choices": [{"index": 0, "delta": {"content": None, "reasoning_content": "Hm."}}]}
    async with serve(sse(b": keep-alive\n\n", thought, b": keep-alive\n\n", HI)) as server:
        told, _ = await ask(Custom, endpoint(server.url, model="deepseek-v4-pro"))
    assert story(told) == [("reasoning", "Hm."), ("text", "Hi"), ("finished", "stop", "stop")]
    whole = b'{"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}'
    async with serve(chunked(b"\n", b"\n\n", whole, content_type="application/json")) as server:
        told, _ = await ask(Custom, endpoint(server.url), ChatRequest(QUESTION.messages, stream=False))
    assert story(told) == [("text", "Hi"), ("finished", "stop", "stop")]


FAILURES: list[tuple[Answer, type[EndpointError], str]] = [
    (json_reply({"code": 1001, "msg": "something broke"}), ServerFailed, "something broke"),
    (json_reply({"success": False, "message": "something broke"}), ServerFailed, "something broke"),
    (json_reply({"code": 429, "message": "slow down"}), RateLimited, "slow down"),
    (json_reply({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}), BillingRequired, "bal"),
    (json_reply({"base_resp": {"status_code": 1004, "status_msg": "invalid api key"}, "choices": None}), Unauthorized,
     "invalid api key"),
    (sse({"code": "500", "msg": "something broke"}), ServerFailed, "something broke"),
    (reply('{"error": {"message": "Insufficient Balance"}}', "application/json", 402), BillingRequired, "Balance"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind", "words"), FAILURES)
async def test_errors_of_gateways(answer: Answer, kind: type[EndpointError], words: str) -> None:
    async with serve({"POST /v1/chat/completions": answer}) as server:
        _, error = await ask(Custom, endpoint(server.url))
    assert type(error) is kind
    assert words in error.detail
    assert error.hint
