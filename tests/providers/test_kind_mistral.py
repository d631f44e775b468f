"""Mistral: its dialect, its list of models, its errors."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, json_reply, serve, sse
from wire.stories import story
from wire.talk import KEY, ask, endpoint

from chat_studio.errors import (
    BillingRequired,
    ContextLengthExceeded,
    EndpointError,
    InvalidRequest,
    ModelNotFound,
    RateLimited,
    Unauthorized,
)
from chat_studio.events import Notice
from chat_studio.messages import ImagePart, Message, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart
from chat_studio.parameters import Parameters
from chat_studio.providers.mistral import Mistral
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, ToolDefinition

HELLO = (Message.of(Role.USER, "Hello"),)
HI = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "https://api.mistral.ai/v1"),
        ("api.mistral.ai", "https://api.mistral.ai/v1"),
        ("https://api.mistral.ai/v1/chat/completions", "https://api.mistral.ai/v1"),
        ("https://codestral.mistral.ai", "https://codestral.mistral.ai/v1"),
    ],
)
def test_addresses(typed: str, expected: str) -> None:
    assert Mistral(Endpoint(name="m", base_url=typed)).base_url == expected


async def test_the_dialect() -> None:
    request = ChatRequest(HELLO, parameters=Parameters(seed=7, max_tokens=9, temperature=0.3, stop=("END",)))
    async with serve({"POST /v1/chat/completions": sse(HI)}) as server:
        events, error = await ask(Mistral, endpoint(server.url, model="mistral-small-2603"), request)
    assert error is None
    assert story(events) == [("text", "Hi"), ("finished", "stop", "stop")]
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.requests[0].json == {
        "model": "mistral-small-2603",
        "messages": [{"role": "user", "content": "Hello"}],
        "stream": True,
        "random_seed": 7,
        "max_tokens": 9,
        "temperature": 0.3,
        "stop": ["END"],
    }


async def test_a_conversation_of_another_service_goes_on() -> None:
    """Foreign ids become Mistral's, an answer stands after the tools, and nothing is sent that it refuses."""
    call = ToolCallPart(id="call_of-another", name="f", arguments='{"x":1}', replay={"extra_content": {"google": {}}})
    thought = ReasoningPart(text="Hm.", replay={"reasoning_details": [{"type": "reasoning.text"}]})
    conversation = (
        *HELLO,
        Message(role=Role.ASSISTANT, parts=(thought, call)),
        Message(role=Role.TOOL, parts=(ToolResultPart(call_id="call_of-another", content="42"),)),
        Message.of(Role.USER, "And?"),
    )
    async with serve(sse(HI)) as server:
        _, error = await ask(Mistral, endpoint(server.url), ChatRequest(conversation))
    assert error is None
    asked, calling, result, answer, question = server.requests[0].json["messages"]
    identifier = calling["tool_calls"][0]["id"]
    assert len(identifier) == 9
    assert identifier.isalnum()
    assert calling == {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": identifier, "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}}],
    }
    assert result == {"role": "tool", "tool_call_id": identifier, "content": "42"}
    assert answer["role"] == "assistant"
    assert answer["content"]
    assert (asked["role"], question) == ("user", {"role": "user", "content": "And?"})


async def test_thoughts_come_as_parts_of_the_content() -> None:
    def delta(content: object, **more: object) -> dict[str, Any]:
        return {"choices": [{"index": 0, "delta": {"content": content}, **more}]}

    answer = sse(
        delta(""),
        delta([{"type": "thinking", "thinking": [{"type": "text", "text": "Okay"}]}]),
        delta([{"type": "text", "text": "4"}]),
        delta(" ok", finish_reason="stop") | {"usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}},
    )
    async with serve(answer) as server:
        events, error = await ask(Mistral, endpoint(server.url))
    assert error is None
    assert story(events) == [("reasoning", "Okay"), ("text", "4 ok"), ("usage", 3, 5), ("finished", "stop", "stop")]


async def test_a_whole_answer_with_thoughts() -> None:
    parts = [{"type": "thinking", "thinking": "Okay"}, {"type": "text", "text": "4"}]
    answer = json_reply({"choices": [{"message": {"content": parts}, "finish_reason": "stop"}]})
    async with serve(answer) as server:
        events, _ = await ask(Mistral, endpoint(server.url), ChatRequest(HELLO, stream=False))
    assert story(events) == [("reasoning", "Okay"), ("text", "4"), ("finished", "stop", "stop")]


async def test_a_call_comes_whole_with_the_end() -> None:
    call = {"id": "D681PevKs", "function": {"name": "f", "arguments": {"x": 1}}, "index": 0}
    answer = sse(
        {"choices": [{"index": 0, "delta": {"content": "", "tool_calls": [call]}, "finish_reason": "tool_calls"}]}
    )
    tools = (ToolDefinition("f", "Does f.", {"type": "object"}),)
    async with serve(answer) as server:
        events, error = await ask(Mistral, endpoint(server.url), ChatRequest(HELLO, tools=tools))
    assert error is None
    assert story(events) == [("call", "f", '{"x": 1}'), ("finished", "tool_calls", "tool_calls")]
    assert server.requests[0].json["tools"][0]["function"]["name"] == "f"


async def test_images_go_as_objects() -> None:
    parts = (TextPart(text="See"), ImagePart(media_type="image/png", data="QQ=="))
    async with serve(sse(HI)) as server:
        await ask(Mistral, endpoint(server.url), ChatRequest((Message(role=Role.USER, parts=parts),)))
    content = server.requests[0].json["messages"][0]["content"]
    assert content[1] == {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}}


async def test_a_model_that_always_reasons_takes_no_effort() -> None:
    request = ChatRequest(HELLO, model="magistral-medium-2509", parameters=Parameters(reasoning_effort="high"))
    async with serve(sse(HI)) as server:
        provider = Mistral(endpoint(server.url))
        events = [event async for event in provider.stream(request)]
        other = ChatRequest(HELLO, model="mistral-medium-3-5", parameters=request.parameters)
        assert not [event async for event in provider.stream(other) if isinstance(event, Notice)]
        await provider.aclose()
    assert ["reasoning_effort" in event.text for event in events if isinstance(event, Notice)] == [True]
    assert [sent.json.get("reasoning_effort") for sent in server.requests] == [None, "high"]


MODELS = {
    "object": "list",
    "data": [
        {
            "id": "mistral-large-2512",
            "name": "mistral-large-2512",
            "aliases": ["mistral-large-latest"],
            "max_context_length": 262144,
            "capabilities": {
                "completion_chat": True,
                "function_calling": True,
                "vision": True,
                "completion_fim": False,
            },
        },
        {
            "id": "mistral-large-latest",
            "name": "mistral-large-2512",
            "aliases": ["mistral-large-2512"],
            "max_context_length": 262144,
            "capabilities": {"completion_chat": True},
        },
        {"id": "mistral-large-2512"},
        {"id": "mistral-embed", "max_context_length": 8192, "capabilities": {"completion_chat": False}},
    ],
}


async def test_the_models_each_once_with_what_is_told() -> None:
    async with serve({"GET /v1/models": json_reply(MODELS)}) as server:
        provider = Mistral(endpoint(server.url))
        models = await provider.list_models()
        assert (await provider.check()).note == "3 models"
        await provider.aclose()
    assert [model.id for model in models] == ["mistral-large-2512", "mistral-large-latest", "mistral-embed"]
    large, _, embed = models
    assert (large.context_length, large.capabilities) == (262144, frozenset({"completion", "tools", "vision"}))
    assert isinstance(embed, ModelInfo)
    assert embed.capabilities == {"embedding"}
    assert [model.chats for model in models] == [True, True, False]


async def test_embeddings() -> None:
    async with serve({"POST /v1/embeddings": json_reply({"data": [{"index": 0, "embedding": [1, 2]}]})}) as server:
        provider = Mistral(endpoint(server.url))
        assert await provider.embed("mistral-embed", ["a"]) == [[1.0, 2.0]]
        await provider.aclose()


FAILURES: list[tuple[str, Answer, type[EndpointError], str]] = [
    ("key", json_reply({"detail": "Unauthorized"}, 401), Unauthorized, "console.mistral.ai"),
    ("key, other form", json_reply({"message": "Unauthorized", "request_id": "1"}, 401), Unauthorized, "console"),
    (
        "model",
        json_reply({"object": "error", "message": "Invalid model: m", "type": "invalid_model", "code": "1500"}, 400),
        ModelNotFound,
        "",
    ),
    ("rate", json_reply({"message": "Requests rate limit exceeded"}, 429), RateLimited, "Wait"),
    (
        "capacity",
        json_reply(
            {
                "object": "error",
                "message": "Service tier capacity exceeded for this model.",
                "type": "service_tier_capacity_exceeded",
                "code": "3505",
            },
            429,
        ),
        RateLimited,
        "your plan",
    ),
    ("no credit", json_reply({"message": "Payment required"}, 402), BillingRequired, "billing"),
    (
        "context",
        json_reply(
            {
                "object": "error",
                "message": "Prompt contains 9 tokens, too large for model with 8 maximum context length",
                "type": "invalid_request_prompt",
            },
            400,
        ),
        ContextLengthExceeded,
        "",
    ),
    (
        "ids",
        json_reply(
            {
                "object": "error",
                "message": "Tool call id was call_x but must be a-z, A-Z, 0-9, with a length of 9.",
                "type": "invalid_function_call",
                "code": "3280",
            },
            400,
        ),
        InvalidRequest,
        "",
    ),
]


@pytest.mark.parametrize(
    ("answer", "kind", "hint"), [case[1:] for case in FAILURES], ids=[case[0] for case in FAILURES]
)
async def test_failures(answer: Answer, kind: type[EndpointError], hint: str) -> None:
    async with serve({"POST /v1/chat/completions": answer}) as server:
        _, error = await ask(Mistral, endpoint(server.url))
    assert type(error) is kind
    assert error.hint
    assert hint in error.hint


async def test_a_field_of_the_user_that_is_refused_is_left_out() -> None:
    refusal = json_reply(
        {
            "object": "error",
            "message": {
                "detail": [
                    {"type": "extra_forbidden", "loc": ["body", "top_k"], "msg": "Extra inputs are not permitted"}
                ]
            },
        },
        422,
    )
    async with serve([refusal, sse(HI)]) as server:
        events, error = await ask(Mistral, endpoint(server.url, default_parameters={"top_k": 4}))
    assert error is None
    assert ["“top_k”" in event.text for event in events if isinstance(event, Notice)] == [True]
    assert ["top_k" in sent.json for sent in server.requests] == [True, False]


def test_codestral_has_keys_of_its_own() -> None:
    provider = Mistral(endpoint("https://codestral.mistral.ai"))
    assert "codestral.mistral.ai takes keys of its own" in provider.explain(Unauthorized("No.")).hint
    assert Mistral.recognition.key_hosts == ("api.mistral.ai",)
