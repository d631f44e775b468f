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
EITHER_WAY = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
GUARD = 20
"""Seconds after which a test hangs."""


async def told(subject: Subject, said: Said, stream: bool = True) -> list[Told]:
    """What came out but for how the server calls its reasons; the answer ended once, and was asked for as it came."""
    answer = subject.answer(said) if stream else subject.whole(said)
    async with serve(subject.script(answer)) as server:
        request = ChatRequest(QUESTION.messages, stream=stream)
        events, error = await ask(subject.provider, subject.endpoint(server.url), request)
        assert server.requests[-1].json["stream"] is (stream and subject.streams)
    assert error is None
    assert [isinstance(event, Finished) for event in events] == [*[False] * (len(events) - 1), True]
    return [one[:2] if one[0] == "finished" else one for one in story(events)]


@EITHER_WAY
async def test_text(subject: Subject, stream: bool) -> None:
    assert await told(subject, Said(), stream) == [("text", "Hello"), USAGE, ("finished", "stop")]


async def test_a_server_that_answers_whole_though_it_was_asked_to_stream(subject: Subject) -> None:
    async with serve(subject.script(subject.whole(Said()))) as server:
        events, error = await ask(subject.provider, subject.endpoint(server.url))
    assert error is None
    assert story(events)[:2] == [("text", "Hello"), USAGE]


@EITHER_WAY
async def test_reasoning(subject: Subject, stream: bool) -> None:
    said = Said(thoughts=("Let me ", "see."))
    assert await told(subject, said, stream) == [
        ("reasoning", "Let me see."),
        ("text", "Hello"),
        USAGE,
        ("finished", "stop"),
    ]


@pytest.mark.parametrize("how", ["whole", "streamed", "in fragments"])
@pytest.mark.parametrize("calls", [(WEATHER,), (WEATHER, NOW)], ids=["one call", "two calls"])
async def test_tool_calls(subject: Subject, calls: tuple[Call, ...], how: str) -> None:
    expected = [("call", call.name, call.arguments) for call in calls]
    said = Said(("Well",), calls=calls, in_fragments=how == "in fragments")
    found = await told(subject, said, stream=how != "whole")
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
