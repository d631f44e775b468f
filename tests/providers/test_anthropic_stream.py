"""Anthropic's answers, decoded from bytes and again through a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import aclosing
from itertools import pairwise

import pytest
from servers import HANG_UP, chunked, json_reply, serve
from wire.anthropic_answers import (
    ANSWER,
    ANSWERED,
    CASES,
    STOP,
    THINKING_AND_TOOLS,
    THOUGHT_AND_CALLED,
    WHOLE,
    Case,
    call,
    sent,
)

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import (
    Event,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
)
from chat_studio.messages import Message, Role
from chat_studio.providers._anthropic_stream import AnthropicDecoder
from chat_studio.providers.anthropic import Anthropic
from chat_studio.providers.base import ChatRequest, Endpoint


def joined(events: Iterable[Event]) -> list[Event]:
    """The events, with neighbours of one kind as one: how the text is cut is the server's business."""
    result: list[Event] = []
    for event in events:
        match result[-1] if result else None, event:
            case TextDelta(before), TextDelta(after):
                result[-1] = TextDelta(before + after)
            case ReasoningDelta(before, None), ReasoningDelta(after, None):
                result[-1] = ReasoningDelta(before + after)
            case ToolCallDelta(index, name, before), ToolCallDelta(same, _, after) if same == index:
                result[-1] = ToolCallDelta(index, name, before + after)
            case _:
                result.append(event)
    return result


def decoded(pieces: Iterable[bytes]) -> tuple[list[Event], type[EndpointError] | None]:
    """What comes out of an answer in these pieces, and the error that ends it."""
    decoder = AnthropicDecoder("claude-opus-5")
    events: list[Event] = []
    try:
        for piece in pieces:
            events.extend(decoder.feed(piece))
        events.extend(decoder.close())
    except EndpointError as error:
        return joined(events), type(error)
    return joined(events), None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_whole_and_byte_by_byte(case: Case) -> None:
    expected = (list(case.events), case.error)
    assert decoded([case.body]) == expected
    assert decoded(bytes([byte]) for byte in case.body) == expected


@pytest.mark.parametrize(("body", "expected"), [(ANSWER, ANSWERED), (THINKING_AND_TOOLS, THOUGHT_AND_CALLED)])
def test_every_border_between_two_reads(body: bytes, expected: list[Event]) -> None:
    for border in range(len(body) + 1):
        assert decoded([body[:border], body[border:]]) == (expected, None), border


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_through_a_socket(case: Case) -> None:
    borders = [*range(0, len(case.body), 97), len(case.body)]
    pieces = [case.body[begin:stop] for begin, stop in pairwise(borders)]
    async with serve(chunked(*pieces)) as server:
        assert await answer_of(server.url) == (list(case.events), case.error)


async def test_a_connection_that_breaks_after_the_stop_reason_is_an_answer() -> None:
    async with serve(chunked(ANSWER.removesuffix(sent(STOP)), HANG_UP)) as server:
        assert await answer_of(server.url) == (ANSWERED, None)


async def test_a_connection_that_breaks_before_it_is_an_interruption() -> None:
    cut = ANSWER[: ANSWER.index(b"event: content_block_stop")]
    async with serve(chunked(cut, HANG_UP)) as server:
        assert await answer_of(server.url) == (ANSWERED[:2], errors.StreamInterrupted)


async def test_an_answer_in_one_document_gives_the_same_events() -> None:
    async with serve(json_reply(WHOLE)) as server:
        events, error = await answer_of(server.url)
    assert error is None
    spaced = [
        ToolCallDelta(0, "weather", json.dumps({"city": "Kraków"}, ensure_ascii=False))
        if event == THOUGHT_AND_CALLED[5]
        else event
        for event in THOUGHT_AND_CALLED
    ]
    spaced[8] = call("toolu_1", "weather", json.dumps({"city": "Kraków"}, ensure_ascii=False))
    assert events == spaced


async def test_another_document_is_no_answer() -> None:
    async with serve(json_reply({"choices": []})) as server:
        assert await answer_of(server.url) == ([], errors.BadResponse)


async def answer_of(url: str) -> tuple[list[Event], type[EndpointError] | None]:
    provider = Anthropic(Endpoint(name="test", base_url=url, model="claude-opus-5"))
    events: list[Event] = []
    try:
        async with aclosing(provider.stream(ChatRequest((Message.of(Role.USER, "Hello"),)))) as stream:
            async for event in stream:
                events.append(event)  # noqa: PERF401 - what came before an error counts
    except EndpointError as error:
        return joined(events), type(error) if error.hint else None
    finally:
        await provider.aclose()
    return joined(events), None
