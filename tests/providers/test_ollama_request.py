"""Conversations and settings in the shape that Ollama's `/api/chat` takes."""

from __future__ import annotations

from typing import Any

import pytest

from chat_studio.errors import InvalidRequest
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
from chat_studio.providers._ollama.body import chat_body
from chat_studio.providers.values import ChatRequest, Endpoint, ToolDefinition

HELLO = (Message.of(Role.USER, "Hello"),)
NOTHING_SET = Parameters()


def body(
    messages: tuple[Message, ...] = HELLO,
    *,
    parameters: Parameters = NOTHING_SET,
    tools: tuple[ToolDefinition, ...] = (),
    **endpoint: Any,
) -> dict[str, Any]:
    return chat_body(
        ChatRequest(messages, parameters=parameters, tools=tools), Endpoint(name="o", base_url="", **endpoint), "qwen3"
    )


def user(*parts: Part) -> Message:
    return Message(role=Role.USER, parts=parts)


def assistant(*parts: Part) -> Message:
    return Message(role=Role.ASSISTANT, parts=parts)


def test_nothing_set_is_nothing_sent() -> None:
    assert body() == {"model": "qwen3", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}


def test_every_setting_in_its_place() -> None:
    parameters = Parameters(
        temperature=0.5,
        top_p=0.9,
        max_tokens=100,
        seed=7,
        stop=("END",),
        reasoning_effort="high",
        json_schema={"type": "object"},
    )
    weather = ToolDefinition("weather", "Weather of a city.", {"type": "object"})
    sent = body(parameters=parameters, tools=(weather,))
    assert sent["options"] == {"temperature": 0.5, "top_p": 0.9, "num_predict": 100, "seed": 7, "stop": ["END"]}
    assert sent["think"] == "high"
    assert sent["format"] == {"type": "object"}
    assert sent["tools"] == [
        {
            "type": "function",
            "function": {"name": "weather", "description": "Weather of a city.", "parameters": {"type": "object"}},
        }
    ]


@pytest.mark.parametrize(
    ("effort", "think"),
    [("none", False), ("minimal", "low"), ("low", "low"), ("max", "max"), ("xhigh", "max")],
)
def test_efforts_as_ollama_names_them(effort: str, think: object) -> None:
    assert body(parameters=Parameters(reasoning_effort=effort))["think"] == think


def test_free_parameters_go_where_they_belong() -> None:
    free: dict[str, Any] = {
        "num_ctx": 16384,
        "keep_alive": "10m",
        "think": False,
        "options": {"top_k": 5},
        "format": "json",
    }
    sent = body(default_parameters=free)
    assert sent["options"] == {"top_k": 5, "num_ctx": 16384}
    assert (sent["keep_alive"], sent["think"], sent["format"]) == ("10m", False, "json")
    assert "num_ctx" not in sent


def test_the_request_counts_more_than_the_connection() -> None:
    connection: dict[str, Any] = {"temperature": 0.1, "max_tokens": 10}
    assert body(**connection)["options"] == {"temperature": 0.1, "num_predict": 10}
    connection["default_parameters"] = {"temperature": 0.2, "options": {"num_predict": 20}, "think": True}
    assert body(**connection)["options"] == {"temperature": 0.2, "num_predict": 20}
    asked = Parameters(temperature=0.3, reasoning_effort="low")
    sent = body(**connection, parameters=asked)
    assert (sent["options"], sent["think"]) == ({"temperature": 0.3, "num_predict": 20}, "low")
    sent = body(**connection, parameters=Parameters(temperature=0.3, extra={"temperature": 0.4, "think": "max"}))
    assert (sent["options"], sent["think"]) == ({"temperature": 0.4, "num_predict": 20}, "max")


CALL = ToolCallPart(id="call_1", name="weather", arguments='{"city": "Kraków"}')
SENT_CALL = {"id": "call_1", "function": {"name": "weather", "arguments": {"city": "Kraków"}}}
QUESTION = {"role": "user", "content": "a"}

CONVERSATIONS: dict[str, tuple[tuple[Message, ...], list[dict[str, Any]]]] = {
    "roles": (
        (Message.of(Role.SYSTEM, "Be brief."), user(TextPart(text="a")), assistant(TextPart(text="b"))),
        [{"role": "system", "content": "Be brief."}, QUESTION, {"role": "assistant", "content": "b"}],
    ),
    "text and files in one string, images beside it": (
        (
            user(
                TextPart(text="What is this?"),
                FilePart(name="a.txt", text="x"),
                ImagePart(data="iVBO"),
                ImagePart(url="data:image/png;base64,Rw0K"),
            ),
        ),
        [{"role": "user", "content": "What is this?\n\na.txt:\n```\nx\n```\n", "images": ["iVBO", "Rw0K"]}],
    ),
    "calls with arguments as objects, and the thinking before them": (
        (
            user(TextPart(text="a")),
            assistant(ReasoningPart(text="Hm."), TextPart(text="Looking."), CALL),
            Message(role=Role.TOOL, parts=(ToolResultPart(call_id="call_1", content="21 °C"),)),
        ),
        [
            QUESTION,
            {"role": "assistant", "content": "Looking.", "thinking": "Hm.", "tool_calls": [SENT_CALL]},
            {"role": "tool", "content": "21 °C", "tool_name": "weather", "tool_call_id": "call_1"},
        ],
    ),
    "each result on its own, under the name it says": (
        (
            Message(
                role=Role.TOOL,
                parts=(
                    ToolResultPart(call_id="1", name="f", content="x"),
                    ToolResultPart(call_id="2", name="g", content="y"),
                ),
            ),
        ),
        [
            {"role": "tool", "content": "x", "tool_name": "f", "tool_call_id": "1"},
            {"role": "tool", "content": "y", "tool_name": "g", "tool_call_id": "2"},
        ],
    ),
    "a call alone keeps an empty content": (
        (assistant(CALL),),
        [{"role": "assistant", "content": "", "tool_calls": [SENT_CALL]}],
    ),
    "arguments that are no object": (
        (
            assistant(CALL.model_copy(update={"arguments": '{"city'})),
            assistant(CALL.model_copy(update={"arguments": "[]"})),
        ),
        [
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": "call_1", "function": {"name": "weather", "arguments": {}}}],
            }
        ]
        * 2,
    ),
    "thoughts of an answer without calls stay here, and an answer without words too": (
        (
            user(TextPart(text="a")),
            assistant(ReasoningPart(text="Hm.")),
            assistant(ReasoningPart(text="Hm."), TextPart(text="b")),
        ),
        [QUESTION, {"role": "assistant", "content": "b"}],
    ),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversations(name: str) -> None:
    messages, expected = CONVERSATIONS[name]
    assert body(messages)["messages"] == expected


def test_a_link_to_an_image_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InvalidRequest) as failed:
        body((user(ImagePart(url="https://example.org/a.png")),))
    assert "attach" in failed.value.hint
