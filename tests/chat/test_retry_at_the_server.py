"""An overloaded server, through a real socket: asked again only while nothing of its answer was seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from servers import Answer, chunked, serve
from wire.anthropic_answers import ANSWER, error_event, failing, sent
from wire.talk import QUESTION, endpoint

from chat_studio.chat.retry import Retry
from chat_studio.errors import Overloaded
from chat_studio.events import Event, Finished, Notice, TextDelta
from chat_studio.providers.anthropic import Anthropic

AT_ONCE = chunked(sent(error_event("overloaded_error", "Overloaded")))
IN_THE_MIDDLE = chunked(failing("overloaded_error", "Overloaded"))


@pytest.fixture
async def make_provider() -> AsyncIterator[Callable[[str], Anthropic]]:
    made: list[Anthropic] = []

    def make(url: str) -> Anthropic:
        made.append(Anthropic(endpoint(url)))
        return made[-1]

    yield make
    for provider in made:
        await provider.aclose()


async def at_once(seconds: float) -> None:
    assert seconds > 0


async def test_before_anything_was_seen(make_provider: Callable[[str], Anthropic]) -> None:
    answers: list[Answer] = [AT_ONCE, chunked(ANSWER)]
    async with serve(answers) as server:
        stream = Retry(sleep=at_once)(make_provider(server.url).stream)
        events = [event async for event in stream(QUESTION)]
        assert len(server.requests) == 2
    assert isinstance(events[0], Notice)
    assert isinstance(events[-1], Finished)


async def test_not_after_something_was_seen(make_provider: Callable[[str], Anthropic]) -> None:
    answers: list[Answer] = [IN_THE_MIDDLE, chunked(ANSWER)]
    seen: list[Event] = []

    async def read(stream: AsyncIterator[Event]) -> None:
        async for event in stream:
            seen.append(event)  # noqa: PERF401 - what came before the error counts

    async with serve(answers) as server:
        with pytest.raises(Overloaded):
            await read(Retry(sleep=at_once)(make_provider(server.url).stream)(QUESTION))
        assert len(server.requests) == 1
    assert TextDelta("Half") in seen
