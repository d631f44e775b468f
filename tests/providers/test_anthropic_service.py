"""What the Messages API offers beside an answer, and what a refusal teaches."""

from __future__ import annotations

from typing import Any

import pytest
from servers import Answer, chunked, json_reply, serve
from wire.anthropic_answers import ANSWER, ANSWERED, WHOLE
from wire.stories import story
from wire.talk import ask, endpoint, joined

from chat_studio.errors import InvalidRequest, ModelNotFound, Overloaded
from chat_studio.events import Notice
from chat_studio.messages import ImagePart, Message, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart
from chat_studio.parameters import Parameters
from chat_studio.providers._chat_completions.conversation import conversation
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers.anthropic import Anthropic
from chat_studio.providers.values import ChatRequest, ToolDefinition

OPUS_5, SONNET_45 = "claude-opus-5", "claude-sonnet-4-5"
HELLO = (Message.of(Role.USER, "Hello"),)
TOOL = ToolDefinition("f", "Does f.", {"type": "object"})


def refusal(message: str, status: int = 400, kind: str = "invalid_request_error") -> Answer:
    return json_reply({"type": "error", "error": {"type": kind, "message": message}}, status)


def notices(events: list[Any]) -> list[str]:
    return [event.text for event in events if isinstance(event, Notice)]


async def test_the_server_counts_tokens() -> None:
    request = ChatRequest(
        (Message.of(Role.SYSTEM, "Be brief."), *HELLO),
        tools=(TOOL,),
        parameters=Parameters(reasoning_effort="low", temperature=1.0),
    )
    async with serve({"POST /v1/messages/count_tokens": json_reply({"input_tokens": 2095})}) as server:
        provider = Anthropic(endpoint(server.url, model=SONNET_45))
        assert await provider.count_tokens(request) == 2095
        await provider.aclose()
    assert server.requests[0].json == {
        "model": SONNET_45,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
        "system": "Be brief.",
        "tools": [{"name": "f", "description": "Does f.", "input_schema": {"type": "object"}}],
        "thinking": {"type": "enabled", "budget_tokens": 2048},
    }


@pytest.mark.parametrize("answer", [json_reply({"detail": "Not Found"}, 404), json_reply({"tokens": "many"})])
async def test_a_server_that_does_not_count(answer: Answer) -> None:
    async with serve(answer) as server:
        provider = Anthropic(endpoint(server.url))
        assert await provider.count_tokens(ChatRequest(HELLO)) is None
        await provider.aclose()


async def test_counting_for_a_model_that_does_not_exist() -> None:
    async with serve(refusal("model: claude-x", 404, "not_found_error")) as server:
        provider = Anthropic(endpoint(server.url, model="claude-x"))
        with pytest.raises(ModelNotFound):
            await provider.count_tokens(ChatRequest(HELLO))
        await provider.aclose()


async def test_asked_not_to_stream() -> None:
    async with serve(json_reply(WHOLE)) as server:
        events, error = await ask(Anthropic, endpoint(server.url, model=OPUS_5), ChatRequest(HELLO, stream=False))
    assert error is None
    assert server.requests[0].json["stream"] is False
    assert story(events) == [
        ("reasoning", "Let me see."),
        ("text", "Looking."),
        ("usage", 25, 89),
        ("call", "weather", '{"city": "Kraków"}'),
        ("call", "now", "{}"),
        ("finished", "tool_calls", "tool_use"),
    ]


async def test_an_error_in_an_answer_of_status_200() -> None:
    async with serve(
        json_reply({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
    ) as server:
        _, error = await ask(Anthropic, endpoint(server.url, model=OPUS_5), ChatRequest(HELLO, stream=False))
    assert type(error) is Overloaded


async def test_what_a_model_does_not_take_is_told_once_for_each() -> None:
    async with serve(chunked(ANSWER)) as server:
        provider = Anthropic(endpoint(server.url, temperature=0.3))
        told = []
        for model in (OPUS_5, OPUS_5, SONNET_45, "claude-fable-5"):
            events = [event async for event in provider.stream(ChatRequest(HELLO, model=model))]
            told.append(notices(events))
        await provider.aclose()
    assert ["“temperature”" in "".join(texts) for texts in told] == [True, False, False, True]
    assert ["temperature" in request.json for request in server.requests] == [False, False, True, False]


async def test_a_temperature_that_is_too_high_for_claude_is_lowered_and_told() -> None:
    async with serve(chunked(ANSWER)) as server:
        provider = Anthropic(endpoint(server.url, temperature=1.5))
        told = [
            notices([event async for event in provider.stream(ChatRequest(HELLO, model=model))])
            for model in (SONNET_45, SONNET_45, "tiny-taught")
        ]
        await provider.aclose()
    assert told == [[f"“{SONNET_45}” takes a “temperature” of 1 at most: that is sent."], [], []]
    assert [request.json["temperature"] for request in server.requests] == [1.0, 1.0, 1.5]


async def test_betas_go_through_the_headers() -> None:
    async with serve(chunked(ANSWER)) as server:
        headers = {"anthropic-beta": "context-1m-2025-08-07,interleaved-thinking-2025-05-14"}
        events, _ = await ask(Anthropic, endpoint(server.url, model=OPUS_5, headers=headers))
    assert joined(events) == ANSWERED
    assert server.requests[0].headers["anthropic-beta"] == headers["anthropic-beta"]
    assert server.requests[0].headers["anthropic-version"] == "2023-06-01"


async def test_a_refused_setting_is_left_out_and_remembered() -> None:
    request = ChatRequest(HELLO, model="claude-next", parameters=Parameters(temperature=0.3))
    async with serve([refusal("`temperature` is deprecated for this model."), chunked(ANSWER)]) as server:
        provider = Anthropic(endpoint(server.url))
        first = [event async for event in provider.stream(request)]
        second = [event async for event in provider.stream(request)]
        await provider.aclose()
    assert ["“temperature”" in text for text in notices(first)] == [True]
    assert notices(second) == []
    assert ["temperature" in sent.json for sent in server.requests] == [True, False, False]


@pytest.mark.parametrize(
    "message",
    [
        "system: not supported for this model",
        "max_tokens: 999999 > 64000, which is the maximum allowed number of output tokens",
        "tools: unsupported",
        "output_config.format: not supported by this model",
    ],
)
async def test_what_the_answer_would_be_wrong_without_is_not_left_out(message: str) -> None:
    request = ChatRequest(
        (Message.of(Role.SYSTEM, "Be brief."), *HELLO),
        parameters=Parameters(json_schema={"type": "object"}),
        tools=(TOOL,),
    )
    async with serve(refusal(message)) as server:
        _, error = await ask(Anthropic, endpoint(server.url, model=OPUS_5), request)
    assert type(error) is InvalidRequest
    assert len(server.requests) == 1


def thought(signature: str) -> Message:
    part = ReasoningPart(text="Hm.", replay=[{"type": "thinking", "signature": signature}])
    return Message(role=Role.ASSISTANT, parts=(part, TextPart(text="Yes.")))


async def test_thoughts_of_another_model_are_left_out_where_they_are_refused() -> None:
    foreign = (*HELLO, thought("foreign"), *HELLO)
    async with serve(
        [refusal("messages.1.content.0: Invalid `signature` in `thinking` block"), chunked(ANSWER)]
    ) as server:
        provider = Anthropic(endpoint(server.url, model=OPUS_5))
        first = [event async for event in provider.stream(ChatRequest(foreign))]
        second = [event async for event in provider.stream(ChatRequest((*foreign, thought("own"), *HELLO)))]
        await provider.aclose()
    assert ["Thoughts" in text for text in notices(first)] == [True]
    assert notices(second) == []
    kept = [
        [
            block["signature"]
            for message in sent.json["messages"]
            for block in message["content"]
            if "signature" in block
        ]
        for sent in server.requests
    ]
    assert kept == [["foreign"], [], ["own"]]


def test_what_anthropic_wants_back_goes_to_no_other() -> None:
    call = ToolCallPart(id="toolu_1", name="f", replay=[{"type": "thinking", "signature": "own"}])
    asked = Message(role=Role.ASSISTANT, parts=(*thought("own").parts, call))
    answered = Message(role=Role.TOOL, parts=(ToolResultPart(call_id="toolu_1", content="42"),))
    assert conversation([asked, answered], Quirks()) == [
        {
            "role": "assistant",
            "content": "Yes.",
            "tool_calls": [{"id": "toolu_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "toolu_1", "content": "42"},
    ]


async def test_images_of_both_forms_are_sent() -> None:
    parts = (ImagePart(media_type="image/webp", data="QQ=="), ImagePart(url="https://example.org/a.png"))
    async with serve(chunked(ANSWER)) as server:
        request = ChatRequest((Message(role=Role.USER, parts=parts),))
        _, error = await ask(Anthropic, endpoint(server.url, model=OPUS_5), request)
    assert error is None
    sources = [block["source"] for block in server.requests[0].json["messages"][0]["content"]]
    assert sources == [
        {"type": "base64", "media_type": "image/webp", "data": "QQ=="},
        {"type": "url", "url": "https://example.org/a.png"},
    ]
