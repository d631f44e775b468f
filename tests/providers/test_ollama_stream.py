"""Ollama's answers, decoded from bytes and again through a real socket."""

from __future__ import annotations

from itertools import pairwise

import pytest
from servers import HANG_UP, chunked, html, json_reply, serve
from wire.ollama_answers import (
    ANSWER,
    ANSWERED,
    CASES,
    MODEL,
    STARTED,
    STOPPED,
    THINKING_AND_TOOLS,
    THOUGHT_AND_CALLED,
    USAGE,
    Case,
    done,
    said,
    sent,
    tool,
)
from wire.talk import answer_of, decoded

from chat_studio import errors
from chat_studio.events import Event, ReasoningDelta, TextDelta, ToolCallReady
from chat_studio.providers._ollama.decoder import OllamaDecoder
from chat_studio.providers.ollama import Ollama


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_whole_and_byte_by_byte(case: Case) -> None:
    expected = (list(case.events), case.error)
    assert decoded(OllamaDecoder(MODEL), [case.body]) == expected
    assert decoded(OllamaDecoder(MODEL), (bytes([byte]) for byte in case.body)) == expected


@pytest.mark.parametrize(("body", "expected"), [(ANSWER, ANSWERED), (THINKING_AND_TOOLS, THOUGHT_AND_CALLED)])
def test_every_border_between_two_reads(body: bytes, expected: list[Event]) -> None:
    for border in range(len(body) + 1):
        assert decoded(OllamaDecoder(MODEL), [body[:border], body[border:]]) == (expected, None), border


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_through_a_socket(case: Case) -> None:
    pieces = [case.body[begin:stop] for begin, stop in pairwise([*range(0, len(case.body), 61), len(case.body)])]
    async with serve(chunked(*pieces, content_type="application/x-ndjson")) as server:
        assert await answer_of(Ollama, server.url, MODEL) == (list(case.events), case.error)


def test_calls_without_ids_get_some_of_their_own() -> None:
    """Old versions sent no ids, and the index 0 for every call."""
    body = sent(said(tool_calls=[tool("f", {"x": 1}), tool("f", {"x": 2})]), done())
    events, error = decoded(OllamaDecoder(MODEL), [body])
    calls = [event.call for event in events if isinstance(event, ToolCallReady)]
    assert error is None
    assert [call.arguments for call in calls] == ['{"x": 1}', '{"x": 2}']
    assert len({call.id for call in calls} - {""}) == 2


async def test_a_connection_that_breaks_after_done_is_an_answer() -> None:
    async with serve(chunked(ANSWER, HANG_UP, content_type="application/x-ndjson")) as server:
        assert await answer_of(Ollama, server.url, MODEL) == (ANSWERED, None)


async def test_a_connection_that_breaks_before_is_an_interruption() -> None:
    async with serve(chunked(sent(said("Half")), HANG_UP, content_type="application/x-ndjson")) as server:
        assert await answer_of(Ollama, server.url, MODEL) == ([STARTED, TextDelta("Half")], errors.StreamInterrupted)


async def test_an_answer_in_one_document_gives_the_same_events() -> None:
    whole = done("Hi")
    whole["message"]["thinking"] = "Okay"
    async with serve(json_reply(whole)) as server:
        outcome = await answer_of(Ollama, server.url, MODEL)
    assert outcome == ([STARTED, ReasoningDelta("Okay"), TextDelta("Hi"), USAGE, STOPPED], None)


async def test_a_web_page_is_none() -> None:
    async with serve(html("<title>Welcome</title>")) as server:
        _, error = await answer_of(Ollama, server.url, MODEL)
    assert error is errors.WrongAddress
