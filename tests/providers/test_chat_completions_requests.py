"""What is sent: the conversation, its settings, and what a refusal teaches."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, json_reply, serve, sse
from wire.stories import story
from wire.talk import QUESTION, ask, endpoint

from chat_studio.errors import InvalidRequest, ToolsUnsupported
from chat_studio.events import Notice
from chat_studio.messages import (
    FilePart,
    ImagePart,
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from chat_studio.parameters import Parameters
from chat_studio.providers._chat_completions.body import chat_body
from chat_studio.providers._chat_completions.conversation import conversation
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers.custom import Custom
from chat_studio.providers.openai import OpenAI
from chat_studio.providers.values import ChatRequest, Endpoint, ToolDefinition

CALL = ToolCallPart(id="c1", name="f", arguments='{"x":1}', replay={"extra_content": {"s": "S"}})
RESULT = ToolResultPart(call_id="c1", name="f", content="42")
SENT_CALL = {"extra_content": {"s": "S"}, "id": "c1", "type": "function",
             "function": {"name": "f", "arguments": '{"x":1}'}}  # fmt: skip


def message(role: Role, *parts: Any) -> Message:
    return Message(role=role, parts=parts)


CONVERSATIONS: list[tuple[str, list[Message], list[dict[str, Any]]]] = [
    ("texts", [Message.of(Role.SYSTEM, "Be brief."), Message.of(Role.USER, "Hi"), Message.of(Role.ASSISTANT, "Ho")],
     [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
      {"role": "assistant", "content": "Ho"}]),
    ("a file is text", [message(Role.USER, TextPart(text="Read:"), FilePart(name="a.txt", text="A"))],
     [{"role": "user", "content": "Read:\n\na.txt:\n```\nA\n```\n"}]),
    ("an image by its bytes", [message(Role.USER, TextPart(text="See"), ImagePart(media_type="image/jpeg", data="QQ=="),
                               FilePart(name="a.txt", text="A"))],
     [{"role": "user", "content": [{"type": "text", "text": "See"},
                                   {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,QQ=="}},
                                   {"type": "text", "text": "a.txt:\n```\nA\n```\n"}]}]),
    ("an image by its address", [message(Role.USER, ImagePart(url="https://x/y.png"))],
     [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/y.png"}}]}]),
    ("a call and its result, with what the provider wants back",
     [message(Role.ASSISTANT, CALL), message(Role.TOOL, RESULT)],
     [{"role": "assistant", "content": "", "tool_calls": [SENT_CALL]},
      {"role": "tool", "tool_call_id": "c1", "content": "42"}]),
    ("a call without arguments", [message(Role.ASSISTANT, ToolCallPart(id="c1", name="f", arguments="")),
                                  message(Role.TOOL, RESULT)],
     [{"role": "assistant", "content": "",
       "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
      {"role": "tool", "tool_call_id": "c1", "content": "42"}]),
    ("two results in one message",
     [message(Role.ASSISTANT, CALL, ToolCallPart(id="c2", name="g")),
      message(Role.TOOL, RESULT, ToolResultPart(call_id="c2", content="43"))],
     [{"role": "assistant", "content": "", "tool_calls": [SENT_CALL, {"id": "c2", "type": "function", "function": {
         "name": "g", "arguments": "{}"}}]},
      {"role": "tool", "tool_call_id": "c1", "content": "42"},
      {"role": "tool", "tool_call_id": "c2", "content": "43"}]),
    ("a call that was never run", [message(Role.ASSISTANT, TextPart(text="Wait"), CALL), Message.of(Role.USER, "So?")],
     [{"role": "assistant", "content": "Wait"}, {"role": "user", "content": "So?"}]),
    ("nothing but a call that was never run", [message(Role.ASSISTANT, CALL), Message.of(Role.USER, "So?")],
     [{"role": "user", "content": "So?"}]),
    ("a result without its call", [message(Role.TOOL, RESULT)], []),
    ("an empty answer", [message(Role.ASSISTANT), Message.of(Role.ASSISTANT, "")], []),
    ("reasoning is not sent back", [message(Role.ASSISTANT, ReasoningPart(text="hm"), TextPart(text="Ho"))],
     [{"role": "assistant", "content": "Ho"}]),
    ("unless the provider wants it",
     [message(Role.ASSISTANT, ReasoningPart(text="hm", replay={"reasoning_details": [1]}), TextPart(text="Ho"))],
     [{"role": "assistant", "content": "Ho", "reasoning_details": [1]}]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("messages", "sent"), [case[1:] for case in CONVERSATIONS], ids=[case[0] for case in CONVERSATIONS]
)
def test_conversations(messages: list[Message], sent: list[dict[str, Any]]) -> None:
    wanted = Quirks(replays=frozenset({"reasoning_details", "extra_content"}))
    assert list(conversation(messages, wanted)) == sent


def test_the_role_of_the_system() -> None:
    sent = conversation([Message.of(Role.SYSTEM, "x")], Quirks(system_role="developer"))
    assert list(sent) == [{"role": "developer", "content": "x"}]


def settings(at: Endpoint, parameters: Parameters = Parameters(), quirks: Quirks = Quirks()) -> dict[str, Any]:  # noqa: B008 - frozen
    """The body without what every request has."""
    body = chat_body(ChatRequest(QUESTION.messages, parameters=parameters), at, "m", quirks)
    return {name: value for name, value in body.items() if name not in ("model", "messages", "stream")}


def test_the_least() -> None:
    assert settings(endpoint("")) == {"stream_options": {"include_usage": True}}
    assert settings(endpoint(""), quirks=Quirks(stream_options=False)) == {}


def test_all_parameters() -> None:
    schema = {"type": "object"}
    parameters = Parameters(
        temperature=0.5,
        top_p=0.9,
        max_tokens=7,
        seed=3,
        stop=("END",),
        reasoning_effort="low",
        json_schema=schema,
    )
    sent = settings(endpoint(""), parameters, Quirks(stream_options=False))
    assert sent == {
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 7,
        "seed": 3,
        "stop": ["END"],
        "reasoning_effort": "low",
        "response_format": {"type": "json_schema",
                            "json_schema": {"name": "answer", "schema": schema, "strict": True}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "parameters", "expected"),
    [
        ({"temperature": 0.1, "max_tokens": 5}, Parameters(), {"temperature": 0.1, "max_tokens": 5}),
        ({"temperature": 0.1, "default_parameters": {"temperature": 0.2}}, Parameters(), {"temperature": 0.2}),
        ({"default_parameters": {"temperature": 0.2}}, Parameters(temperature=0.0), {"temperature": 0.0}),
        ({}, Parameters(temperature=0.3, extra={"temperature": 0.4, "min_p": 0.1}),
         {"temperature": 0.4, "min_p": 0.1}),
        ({"max_tokens": 5, "default_parameters": {"max_completion_tokens": 6}}, Parameters(),
         {"max_completion_tokens": 6}),
        ({"default_parameters": {"max_completion_tokens": 6}}, Parameters(max_tokens=7), {"max_tokens": 7}),
        ({"default_parameters": {"stream_options": {"include_usage": False}}}, Parameters(),
         {"stream_options": {"include_usage": False}}),
    ],
)  # fmt: skip
def test_what_counts_more(fields: dict[str, Any], parameters: Parameters, expected: dict[str, Any]) -> None:
    assert settings(endpoint("", **fields), parameters) == {"stream_options": {"include_usage": True}, **expected}


def test_tools() -> None:
    tool = ToolDefinition("f", "Does f.", {"type": "object"})
    body = chat_body(ChatRequest(QUESTION.messages, tools=(tool,)), endpoint(""), "m", Quirks())
    function = {"name": "f", "description": "Does f.", "parameters": {"type": "object"}}
    assert body["tools"] == [{"type": "function", "function": function}]


async def test_openai_takes_its_own_limit() -> None:
    async with serve(ANSWER) as server:
        await ask(OpenAI, endpoint(server.url, max_tokens=5))
    assert server.requests[0].json["max_completion_tokens"] == 5
    assert "max_tokens" not in server.requests[0].json


async def test_the_request_names_its_model() -> None:
    async with serve(ANSWER) as server:
        await ask(Custom, endpoint(server.url), ChatRequest(QUESTION.messages, model="other"))
    assert server.requests[0].json["model"] == "other"


# What a refusal teaches --------------------------------------------------------------------------------------------

ANSWER = sse({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]})


def refusal(text: str, status: int = 400, **fields: object) -> Answer:
    return json_reply({"error": {"message": text, **fields}}, status)


REPAIRS: list[tuple[str, Answer, dict[str, Any], str]] = [
    ("OpenAI: the other limit", refusal("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
     "'max_completion_tokens' instead."), {"max_tokens": None, "max_completion_tokens": 9}, "max_completion_tokens"),
    ("OpenAI: default temperature", refusal("Unsupported value: 'temperature' does not support 0.2 with this model. "
     "Only the default (1) value is supported."), {"temperature": None}, "temperature"),
    ("the name is only in param", refusal("Unsupported parameter", param="temperature"), {"temperature": None},
     "temperature"),
    ("Azure: old version", refusal("Unrecognized request argument supplied: stream_options"),
     {"stream_options": None, "stream": True}, "stream_options"),
    ("Mistral: closed schema", json_reply({"detail": [{"loc": ["body", "stream_options"],
     "msg": "Extra inputs are not permitted"}, {"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]},
     422), {"stream_options": None, "seed": None, "temperature": 0.2}, "seed"),
    ("xAI: camel case", refusal("Model grok does not support parameter reasoningEffort."), {"reasoning_effort": None},
     "reasoning_effort"),
    ("Gemini: unknown name", json_reply([{"error": {"message": 'Unknown name "seed": Cannot find field.'}}], 400),
     {"seed": None}, "seed"),
    ("the user's own", refusal("Unknown parameter: 'top_k'."), {"top_k": None}, "top_k"),
    ("GPT4All: no streaming", refusal("'stream' is not supported"), {"stream": None, "stream_options": None},
     "stream"),
]  # fmt: skip

FULL = ChatRequest(
    QUESTION.messages,
    parameters=Parameters(temperature=0.2, max_tokens=9, seed=1, reasoning_effort="low", extra={"top_k": 3}),
)


@pytest.mark.parametrize(
    ("answer", "expected", "word"), [case[1:] for case in REPAIRS], ids=[case[0] for case in REPAIRS]
)
async def test_a_refused_parameter_is_left_out(answer: Answer, expected: dict[str, Any], word: str) -> None:
    async with serve([answer, ANSWER]) as server:
        provider = Custom(endpoint(server.url))
        first = [event async for event in provider.stream(FULL)]
        second = [event async for event in provider.stream(FULL)]
        await provider.aclose()
    notices = [event.text for event in first if isinstance(event, Notice)]
    assert len(notices) == 1
    assert f"“{word}”" in notices[0]
    assert story(second) == [("text", "Hi"), ("finished", "stop", "stop")]  # remembered, and told only once
    assert len(server.requests) == 3
    for request in server.requests[1:]:
        assert {name: request.json.get(name) for name in expected} == expected


async def test_what_one_model_refuses_another_may_take() -> None:
    async with serve([refusal("Unknown parameter: 'seed'."), ANSWER]) as server:
        provider = Custom(endpoint(server.url))
        for model in ("a", "b"):
            request = ChatRequest(QUESTION.messages, model=model, parameters=Parameters(seed=1))
            assert [event async for event in provider.stream(request)]
        await provider.aclose()
    assert ["seed" in request.json for request in server.requests] == [True, False, True]


async def test_one_refusal_after_the_other() -> None:
    answers = [refusal(f"Unknown parameter: '{name}'.") for name in ("max_tokens", "max_completion_tokens", "seed")]
    async with serve([*answers, ANSWER]) as server:
        events, error = await ask(Custom, endpoint(server.url), FULL)
    assert error is None
    assert len([event for event in events if isinstance(event, Notice)]) == 3
    assert not {"max_tokens", "max_completion_tokens", "seed"} & set(server.requests[-1].json)


@pytest.mark.parametrize(
    "text",
    [
        "temperature must be non-negative, got -3.0.",
        "Invalid 'messages': unknown role",
        "Unknown parameter: 'something_else'.",
        "'model' is not supported",
        "'response_format' is not supported",
    ],
)
async def test_what_cannot_be_left_out_is_told(text: str) -> None:
    async with serve(refusal(text)) as server:
        _, error = await ask(Custom, endpoint(server.url), FULL)
    assert type(error) is InvalidRequest
    assert text.rstrip(".") in error.message
    assert len(server.requests) == 1


async def test_a_server_that_refuses_the_same_again_and_again() -> None:
    async with serve(refusal("Unknown parameter: 'seed'.")) as server:
        _, error = await ask(Custom, endpoint(server.url), FULL)
    assert type(error) is InvalidRequest
    assert len(server.requests) == 2


async def test_tools_are_never_left_out() -> None:
    tools = (ToolDefinition("f", "", {}),)
    async with serve(refusal("m does not support tools")) as server:
        _, error = await ask(Custom, endpoint(server.url), ChatRequest(QUESTION.messages, tools=tools))
    assert type(error) is ToolsUnsupported
    assert len(server.requests) == 1
