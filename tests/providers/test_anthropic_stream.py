"""Anthropic's answers, decoded from bytes and again through a real socket."""

from __future__ import annotations

import json
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
from wire.talk import answer_of, decoded

from chat_studio import errors
from chat_studio.events import (
    Event,
    ToolCallDelta,
)
from chat_studio.providers._anthropic.decoder import AnthropicDecoder
from chat_studio.providers.anthropic import Anthropic

MODEL = "claude-opus-5"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_whole_and_byte_by_byte(case: Case) -> None:
    expected = (list(case.events), case.error)
    assert decoded(AnthropicDecoder(MODEL), [case.body]) == expected
    assert decoded(AnthropicDecoder(MODEL), (bytes([byte]) for byte in case.body)) == expected


@pytest.mark.parametrize(("body", "expected"), [(ANSWER, ANSWERED), (THINKING_AND_TOOLS, THOUGHT_AND_CALLED)])
def test_every_border_between_two_reads(body: bytes, expected: list[Event]) -> None:
    for border in range(len(body) + 1):
        assert decoded(AnthropicDecoder(MODEL), [body[:border], body[border:]]) == (expected, None), border


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_through_a_socket(case: Case) -> None:
    borders = [*range(0, len(case.body), 97), len(case.body)]
    pieces = [case.body[begin:stop] for begin, stop in pairwise(borders)]
    async with serve(chunked(*pieces)) as server:
        assert await answer_of(Anthropic, server.url, MODEL) == (list(case.events), case.error)


async def test_a_connection_that_breaks_after_the_stop_reason_is_an_answer() -> None:
    async with serve(chunked(ANSWER.removesuffix(sent(STOP)), HANG_UP)) as server:
        assert await answer_of(Anthropic, server.url, MODEL) == (ANSWERED, None)


async def test_a_connection_that_breaks_before_it_is_an_interruption() -> None:
    cut = ANSWER[: ANSWER.index(b"event: content_block_stop")]
    async with serve(chunked(cut, HANG_UP)) as server:
        assert await answer_of(Anthropic, server.url, MODEL) == (ANSWERED[:2], errors.StreamInterrupted)


async def test_an_answer_in_one_document_gives_the_same_events() -> None:
    async with serve(json_reply(WHOLE)) as server:
        events, error = await answer_of(Anthropic, server.url, MODEL)
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
        assert await answer_of(Anthropic, server.url, MODEL) == ([], errors.BadResponse)
