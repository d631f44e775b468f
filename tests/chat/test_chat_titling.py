"""Names that a model gives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from chat.heard import Heard
from chat.scripted import Scripted, Source, failure

from chat_studio.chat.changes import ConversationChanged
from chat_studio.chat.engine import Engine
from chat_studio.chat.session import Session
from chat_studio.chat.sessions import Sessions
from chat_studio.chat.titling import TitleChoice, Titler, cleaned
from chat_studio.events import Finished, ReasoningDelta, TextDelta
from chat_studio.messages import FinishReason

STOP = Finished(FinishReason.STOP)


@pytest.fixture
async def titler(sessions: Sessions, source: Source) -> AsyncIterator[Titler]:
    titler = Titler(sessions, source, Engine())
    yield titler
    await titler.aclose()


async def named(session: Session, heard: Heard, title: str) -> None:
    """Returns when the conversation has the title."""
    async with asyncio.timeout(10):
        while session.conversation.title != title:
            await heard.until(ConversationChanged, sum(isinstance(change, ConversationChanged) for change in heard) + 1)


async def test_a_chosen_model_names_a_conversation_after_its_first_answer(
    sessions: Sessions, source: Source, titler: Titler
) -> None:
    source.providers["small"] = small = Scripted(
        [ReasoningDelta("Hm."), TextDelta("“Rivers of"), TextDelta(" Peru”\n"), STOP]
    )
    titler.choice = TitleChoice("chosen", "small", "tiny")
    session = await sessions.new("demo")
    heard = Heard(session)
    await session.send("Which rivers are there?\nIn Peru")
    assert session.conversation.title == "Which rivers are there?", "the first line at once"
    await session.wait()
    await named(session, heard, "Rivers of Peru")
    (request,) = small.requests
    assert request.model == "tiny"
    assert "Which rivers are there?" in request.messages[0].text
    await session.send("And lakes?")
    await session.wait()
    assert len(small.requests) == 1, "named once"


async def test_the_same_model_may_name_it(sessions: Sessions, source: Source, titler: Titler) -> None:
    source.providers["s"] = Scripted([TextDelta("An answer"), STOP], [TextDelta("A title"), STOP])
    titler.choice = TitleChoice("same")
    session = await sessions.new("s", "big")
    heard = Heard(session)
    await session.send("?")
    await session.wait()
    await named(session, heard, "A title")


@pytest.mark.parametrize("who", ["nobody", "user"])
async def test_nobody_is_asked_without_need(sessions: Sessions, source: Source, titler: Titler, who: str) -> None:
    source.providers["small"] = small = Scripted([TextDelta("Never"), STOP])
    titler.choice = TitleChoice("nobody" if who == "nobody" else "chosen", "small")
    session = await sessions.new("demo")
    if who == "user":
        await session.retitle("Mine", "user")
    await session.send("?")
    await session.wait()
    await titler.aclose()
    assert small.requests == []


async def test_a_failure_leaves_the_first_line(
    sessions: Sessions, source: Source, titler: Titler, caplog: pytest.LogCaptureFixture
) -> None:
    source.providers["small"] = Scripted([failure()])
    titler.choice = TitleChoice("chosen", "small")
    session = await sessions.new("demo")
    with caplog.at_level(logging.INFO):
        await session.send("?")
        await session.wait()
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name().startswith("title of")))
    assert "No title" in caplog.text
    assert session.conversation.title == "?"


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("Rivers of Peru", "Rivers of Peru"),
        ('"Rivers of Peru."', "Rivers of Peru"),
        ("**Title: Rivers of Peru**", "Rivers of Peru"),
        ("Here is a title:\n\n# Rivers of Peru\n", "Rivers of Peru"),
        ("标题：秘鲁的河流", "秘鲁的河流"),
        ("2. Rivers of **Peru** and `Chile`", "Rivers of Peru and Chile"),
        ("1984 in numbers", "1984 in numbers"),
        ("x" * 100, "x" * 79 + "…"),
        (" \n*** \n", ""),
    ],
)
def test_what_models_put_around_titles(answer: str, title: str) -> None:
    assert cleaned(answer) == title
