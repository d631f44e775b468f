"""Conversations and settings in the shape that Anthropic's API takes."""

from __future__ import annotations

from typing import Any

import pytest

from chat_studio.messages import (
    FilePart,
    ImagePart,
    Message,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from chat_studio.parameters import Parameters
from chat_studio.providers._anthropic.body import messages_body, withheld
from chat_studio.providers.values import ChatRequest, Endpoint, ToolDefinition

NOTHING_SET = Parameters()
HELLO = (Message.of(Role.USER, "Hello"),)
OPUS_5, OPUS_46, SONNET_45, HAIKU_35, LOCAL = (
    "claude-opus-5",
    "claude-opus-4-6",
    "claude-sonnet-4-5-20250929",
    "claude-3-5-haiku-latest",
    "tiny-taught",
)


def body(
    messages: tuple[Message, ...] = HELLO,
    *,
    model: str = SONNET_45,
    parameters: Parameters = NOTHING_SET,
    tools: tuple[ToolDefinition, ...] = (),
    **endpoint: Any,
) -> dict[str, Any]:
    request = ChatRequest(messages, parameters=parameters, tools=tools)
    return messages_body(request, Endpoint(name="a", base_url="", **endpoint), model)


def user(*parts: Part) -> Message:
    return Message(role=Role.USER, parts=parts)


def assistant(*parts: Part) -> Message:
    return Message(role=Role.ASSISTANT, parts=parts)


def tool(*parts: Part) -> Message:
    return Message(role=Role.TOOL, parts=parts)


def text(text: str) -> TextPart:
    return TextPart(text=text)


def turn(role: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": role, "content": list(blocks)}


def block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def test_the_whole_body() -> None:
    weather = ToolDefinition("weather", "Weather of a city.", {"type": "object", "properties": {}})
    messages = (Message.of(Role.SYSTEM, "Be brief."), *HELLO)
    assert body(messages, tools=(weather,), temperature=0.7, parameters=Parameters(stop=("END",))) == {
        "model": SONNET_45,
        "stream": True,
        "system": "Be brief.",
        "messages": [turn("user", block("Hello"))],
        "max_tokens": 8192,
        "temperature": 0.7,
        "stop_sequences": ["END"],
        "tools": [
            {
                "name": "weather",
                "description": "Weather of a city.",
                "input_schema": {"type": "object", "properties": {}},
            }
        ],
    }


CALL = ToolCallPart(id="toolu_1", name="f", arguments='{"x": 1}')
RESULT = ToolResultPart(call_id="toolu_1", name="f", content="21 °C")
USE = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"x": 1}}
RESULT_BLOCK = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "21 °C"}

CONVERSATIONS: dict[str, tuple[tuple[Message, ...], list[dict[str, Any]]]] = {
    "several system messages do not stand among the others": (
        (Message.of(Role.SYSTEM, "A"), *HELLO, Message.of(Role.SYSTEM, "B")),
        [turn("user", block("Hello"))],
    ),
    "turns of one role are one": (
        (user(text("a")), user(text("b")), assistant(text("c")), assistant(text("d")), user(text("e"))),
        [turn("user", block("a"), block("b")), turn("assistant", block("c"), block("d")), turn("user", block("e"))],
    ),
    "empty texts, and messages of nothing else, are left out": (
        (user(text("a"), text(" \n")), assistant(text("")), user(text("b"))),
        [turn("user", block("a"), block("b"))],
    ),
    "it begins with the user": (
        (assistant(text("Hi")), user(text("a"))),
        [turn("user", block("…")), turn("assistant", block("Hi")), turn("user", block("a"))],
    ),
    "no white space at the end of an answer to be continued": (
        (
            user(text("a")),
            assistant(text("One, two ")),
        ),
        [turn("user", block("a")), turn("assistant", block("One, two"))],
    ),
    "images by their bytes and by address": (
        (user(ImagePart(media_type="image/jpeg", data="/9j/"), ImagePart(url="https://example.org/a.png"), text("?")),),
        [
            turn(
                "user",
                {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "/9j/"}},
                {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
                block("?"),
            )
        ],
    ),
    "a file as text under its name": (
        (user(FilePart(name="a.md", text="```\nx\n```")),),
        [turn("user", block("a.md:\n````\n```\nx\n```\n````\n"))],
    ),
    "all results of a turn in one message, before its text": (
        (
            user(text("a")),
            assistant(text("Calling."), CALL, CALL.model_copy(update={"id": "toolu_2"})),
            tool(RESULT),
            tool(ToolResultPart(call_id="toolu_2", content="broken", is_error=True)),
            user(text("and?")),
        ),
        [
            turn("user", block("a")),
            turn("assistant", block("Calling."), USE, {**USE, "id": "toolu_2"}),
            turn(
                "user",
                RESULT_BLOCK,
                {"type": "tool_result", "tool_use_id": "toolu_2", "content": "broken", "is_error": True},
                block("and?"),
            ),
        ],
    ),
    "results come first even when the message holds them last": (
        (user(text("a")), assistant(CALL), user(text("b"), RESULT)),
        [turn("user", block("a")), turn("assistant", USE), turn("user", RESULT_BLOCK, block("b"))],
    ),
    "a call without a result, and a result without a call, are left out": (
        (user(text("a")), assistant(text("b"), CALL), user(text("c"), RESULT.model_copy(update={"call_id": "x"}))),
        [turn("user", block("a")), turn("assistant", block("b")), turn("user", block("c"))],
    ),
    "ids of other providers are made fit": (
        (
            user(text("a")),
            assistant(CALL.model_copy(update={"id": "functions.f:0"})),
            tool(RESULT.model_copy(update={"call_id": "functions.f:0"})),
        ),
        [
            turn("user", block("a")),
            turn("assistant", {**USE, "id": "functions_f_0"}),
            turn("user", {**RESULT_BLOCK, "tool_use_id": "functions_f_0"}),
        ],
    ),
    "arguments that are no object": (
        (user(text("a")), assistant(CALL.model_copy(update={"arguments": '{"x'})), tool(RESULT)),
        [turn("user", block("a")), turn("assistant", {**USE, "input": {}}), turn("user", RESULT_BLOCK)],
    ),
    "thinking goes back with its signature, unchanged": (
        (
            user(text("a")),
            assistant(
                ReasoningPart(text="Hm. ", replay=[{"type": "thinking", "signature": "c2ln"}]),
                ReasoningPart(replay=[{"type": "redacted_thinking", "data": "b3Bh"}]),
                text("b"),
            ),
            user(text("c")),
        ),
        [
            turn("user", block("a")),
            turn(
                "assistant",
                {"type": "thinking", "thinking": "Hm. ", "signature": "c2ln"},
                {"type": "redacted_thinking", "data": "b3Bh"},
                block("b"),
            ),
            turn("user", block("c")),
        ],
    ),
    "reasoning of another provider does not": (
        (
            user(text("a")),
            assistant(ReasoningPart(text="x"), ReasoningPart(text="y", replay={"reasoning_content": "y"}), text("b")),
            user(text("c")),
            assistant(ReasoningPart(text="z", replay={"reasoning_details": [{"type": "thinking"}]}), text("d")),
            user(text("e")),
        ),
        [
            turn("user", block("a")),
            turn("assistant", block("b")),
            turn("user", block("c")),
            turn("assistant", block("d")),
            turn("user", block("e")),
        ],
    ),
    "what other providers want back with a call does not go to this one": (
        (
            user(text("a")),
            assistant(CALL.model_copy(update={"replay": {"extra_content": {"google": {"thought_signature": "S"}}}})),
            tool(RESULT),
        ),
        [turn("user", block("a")), turn("assistant", USE), turn("user", RESULT_BLOCK)],
    ),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversations(name: str) -> None:
    messages, expected = CONVERSATIONS[name]
    assert body(messages)["messages"] == expected


def test_system_messages_are_joined_and_an_empty_one_is_not_sent() -> None:
    assert body((Message.of(Role.SYSTEM, "A"), Message.of(Role.SYSTEM, "B"), *HELLO))["system"] == "A\n\nB"
    assert "system" not in body((Message.of(Role.SYSTEM, " "), *HELLO))


SAMPLING = ("temperature", "top_p")


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (SONNET_45, {"temperature": 1.0}),  # one of both
        ("claude-sonnet-4-20250514", {"temperature": 1.0, "top_p": 0.5}),
        (HAIKU_35, {"temperature": 1.0, "top_p": 0.5}),
        (OPUS_46, {"temperature": 1.0}),
        (LOCAL, {"temperature": 1.5, "top_p": 0.5}),
        ("anthropic/claude-opus-4-7", {}),
        (OPUS_5, {}),
        ("claude-sonnet-5", {}),
        ("claude-fable-5", {}),
        ("claude-mythos-5", {}),
    ],
)
def test_sampling_is_clamped_or_left_out_as_the_model_wants_it(model: str, expected: dict[str, float]) -> None:
    sent = body(model=model, temperature=1.5, parameters=Parameters(top_p=0.5))
    assert {name: sent[name] for name in SAMPLING if name in sent} == expected


@pytest.mark.parametrize(
    ("model", "effort", "max_tokens", "expected"),
    [
        (SONNET_45, "", None, {"max_tokens": 8192}),
        (SONNET_45, "none", None, {"max_tokens": 8192}),
        (SONNET_45, "low", None, {"max_tokens": 10240, "thinking": {"type": "enabled", "budget_tokens": 2048}}),
        (SONNET_45, "high", 8000, {"max_tokens": 8000, "thinking": {"type": "enabled", "budget_tokens": 4000}}),
        (SONNET_45, "high", 2000, {"max_tokens": 2000}),
        (HAIKU_35, "high", None, {"max_tokens": 8192}),
        ("claude-3-opus-20240229", "high", None, {"max_tokens": 4096}),
        ("claude-3-haiku-20240307", "", 100, {"max_tokens": 100}),
        (LOCAL, "low", None, {"max_tokens": 10240, "thinking": {"type": "enabled", "budget_tokens": 2048}}),
        (
            OPUS_46,
            "xhigh",
            100,
            {"max_tokens": 100, "thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}},
        ),
        (OPUS_46, "none", None, {"max_tokens": 8192, "thinking": {"type": "disabled"}}),
        (OPUS_5, "", 100, {"max_tokens": 100}),
        (
            OPUS_5,
            "xhigh",
            None,
            {"max_tokens": 8192, "thinking": {"type": "adaptive"}, "output_config": {"effort": "xhigh"}},
        ),
        (
            OPUS_5,
            "minimal",
            None,
            {"max_tokens": 8192, "thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}},
        ),
    ],
)
def test_length_and_thinking(model: str, effort: str, max_tokens: int | None, expected: dict[str, Any]) -> None:
    sent = body(model=model, parameters=Parameters(reasoning_effort=effort, max_tokens=max_tokens))
    assert {name: sent[name] for name in ("max_tokens", "thinking", "output_config") if name in sent} == expected


def test_thinking_excludes_sampling_but_no_thinking_does_not() -> None:
    thinking = body(temperature=0.5, parameters=Parameters(reasoning_effort="low", top_p=0.5))
    assert not [name for name in SAMPLING if name in thinking]
    assert body(model=OPUS_46, temperature=0.5, parameters=Parameters(reasoning_effort="none"))["temperature"] == 0.5


@pytest.mark.parametrize(
    ("model", "parameters", "fields"),
    [
        (OPUS_5, Parameters(temperature=0.5, top_p=0.5), ("temperature", "top_p")),
        (OPUS_5, Parameters(), ("temperature",)),
        (SONNET_45, Parameters(top_p=0.5), ("top_p",)),
        (SONNET_45, Parameters(reasoning_effort="low"), ("temperature",)),
        (HAIKU_35, Parameters(reasoning_effort="low", seed=1), ("seed", "reasoning_effort")),
        (HAIKU_35, Parameters(reasoning_effort="none"), ()),
        (OPUS_5, Parameters(extra={"temperature": 1.0}), ()),
    ],
)
def test_what_is_set_and_not_sent(model: str, parameters: Parameters, fields: tuple[str, ...]) -> None:
    endpoint = Endpoint(name="a", base_url="", temperature=0.7)
    assert withheld(ChatRequest(HELLO, parameters=parameters), endpoint, model) == fields


@pytest.mark.parametrize("value", ["hot", None, [1], 1.5])
def test_free_parameters_are_sent_as_they_are(value: object) -> None:
    free: dict[str, Any] = {"temperature": value, "top_p": value}
    sent = body(temperature=0.5, default_parameters={**free, "max_tokens": "many"})
    assert (sent["temperature"], sent["top_p"], sent["max_tokens"]) == (value, value, 8192)


@pytest.mark.parametrize("where", ["default_parameters", "extra"])
def test_thinking_as_a_free_parameter_excludes_sampling_too(where: str) -> None:
    free: dict[str, Any] = {"thinking": {"type": "enabled", "budget_tokens": 2048}}
    extra, defaults = (free, {}) if where == "extra" else ({}, free)
    sent = body(temperature=0.5, default_parameters=defaults, parameters=Parameters(extra=extra))
    assert sent["thinking"] == free["thinking"]
    assert "temperature" not in sent


def test_a_schema_stands_beside_the_effort() -> None:
    sent = body(model=OPUS_5, parameters=Parameters(reasoning_effort="high", json_schema={"type": "object"}))
    schema = {"type": "json_schema", "schema": {"type": "object"}}
    assert sent["output_config"] == {"effort": "high", "format": schema}


def test_the_request_counts_more_than_the_connection() -> None:
    connection: dict[str, Any] = {"temperature": 0.1, "max_tokens": 100}
    assert (sent := body(**connection))["temperature"] == 0.1
    assert sent["max_tokens"] == 100
    connection["default_parameters"] = {"temperature": 0.2, "max_tokens": 200, "top_k": 5, "service_tier": "auto"}
    sent = body(**connection)
    assert (sent["temperature"], sent["max_tokens"], sent["top_k"], sent["service_tier"]) == (0.2, 200, 5, "auto")
    sent = body(**connection, parameters=Parameters(temperature=0.3, max_tokens=300))
    assert (sent["temperature"], sent["max_tokens"]) == (0.3, 300)
    sent = body(**connection, parameters=Parameters(temperature=0.3, extra={"temperature": 0.4, "top_k": 6}))
    assert (sent["temperature"], sent["top_k"]) == (0.4, 6)
