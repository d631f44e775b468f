"""What every kind makes of an answer: text, reasoning, tool calls, usage; streamed, whole, and given up."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from contract.kinds import Subject
from contract.protocols import INPUT, OUTPUT, Call, Said
from servers import Gate, serve
from wire.stories import Told, story
from wire.talk import QUESTION, ask

from chat_studio.events import Finished, TextDelta
from chat_studio.providers.values import ChatRequest

USAGE = ("usage", INPUT, OUTPUT)
WEATHER = Call("toolu0001", "weather", '{"city": "Kraków"}')
NOW = Call("toolu0002", "now", "{}")
WHOLE = ChatRequest(QUESTION.messages, stream=False)
GUARD = 20
"""Seconds after which a test hangs."""


async def told(subject: Subject, said: Said, request: ChatRequest = QUESTION) -> list[Told]:
    """What came out but for how the server calls its reasons; the answer ended once."""
    answer = subject.answer(said)
    async with serve(subject.script(answer)) as server:
        events, error = await ask(subject.provider, subject.endpoint(server.url), request)
    assert error is None
    assert [isinstance(event, Finished) for event in events] == [*[False] * (len(events) - 1), True]
    return [one[:2] if one[0] == "finished" else one for one in story(events)]


async def test_a_streamed_answer(subject: Subject) -> None:
    assert await told(subject, Said()) == [("text", "Hello"), USAGE, ("finished", "stop")]


async def test_an_answer_that_was_not_to_be_streamed(subject: Subject) -> None:
    answer = subject.whole()
    async with serve(subject.script(answer)) as server:
        events, error = await ask(subject.provider, subject.endpoint(server.url), WHOLE)
        assert server.requests[-1].json["stream"] is False
    assert error is None
    assert [one[:2] for one in story(events)] == [("text", "Hello"), USAGE[:2], ("finished", "stop")]


async def test_what_cannot_stream_is_not_asked_to(subject: Subject) -> None:
    async with serve(subject.script(subject.answer())) as server:
        await ask(subject.provider, subject.endpoint(server.url))
        assert server.requests[-1].json["stream"] is subject.streams


async def test_reasoning(subject: Subject) -> None:
    said = Said(thoughts=("Let me ", "see."))
    assert await told(subject, said) == [("reasoning", "Let me see."), ("text", "Hello"), USAGE, ("finished", "stop")]


@pytest.mark.parametrize("in_fragments", [False, True], ids=["whole", "in fragments"])
@pytest.mark.parametrize("calls", [(WEATHER,), (WEATHER, NOW)], ids=["one call", "two calls"])
async def test_tool_calls(subject: Subject, calls: tuple[Call, ...], in_fragments: bool) -> None:
    expected = [("call", call.name, call.arguments) for call in calls]
    found = await told(subject, Said(("Well",), calls=calls, in_fragments=in_fragments))
    assert found == [("text", "Well"), USAGE, *expected, ("finished", "tool_calls")]


async def test_leaving_an_answer_in_its_middle_ends_the_request(subject: Subject) -> None:
    if not subject.streams:
        return
    async with asyncio.timeout(GUARD), serve(subject.script(subject.answer(Said(), Gate()))) as server:
        provider = subject.provider(subject.endpoint(server.url))
        async with aclosing(provider.stream(QUESTION)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
        await server.requests[-1].gone.wait()
        assert not server.requests[-1].answered
        await provider.aclose()


@pytest.mark.parametrize("begun", [False, True], ids=["before the first byte", "in the middle"])
async def test_stopping_ends_the_request(subject: Subject, begun: bool) -> None:
    gate = Gate()
    answer = subject.answer(Said(), gate) if begun else (gate, *subject.answer())
    async with asyncio.timeout(GUARD), serve(subject.script(answer)) as server:
        asking = asyncio.create_task(ask(subject.provider, subject.endpoint(server.url)))
        await gate.reached.wait()
        asking.cancel()
        await server.requests[-1].gone.wait()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert not server.requests[-1].answered
