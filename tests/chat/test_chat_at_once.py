"""Several things that are done to a conversation before the first of them is stored."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from chat.scripted import Scripted, Source

from chat_studio.chat.session import Session
from chat_studio.chat.sessions import Sessions
from chat_studio.events import Finished, TextDelta
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FinishReason, TextPart
from chat_studio.parameters import ConversationSettings

STOP = Finished(FinishReason.STOP)


@pytest.fixture
async def session(sessions: Sessions, source: Source) -> Session:
    """Two questions with their answers."""
    source.providers["s"] = Scripted(*([TextDelta(f"A{number}"), STOP] for number in range(1, 20)))
    session = await sessions.new("s", "m")
    for question in ("one", "two"):
        await session.send(question)
        await session.wait()
    return session


def texts(session: Session) -> list[str]:
    return [record.message.text for record in session.records]


async def stored(path: Path, session: Session) -> list[str]:
    store = HistoryStore(path)
    try:
        return [record.message.text for record in await store.thread(session.conversation.id)]
    finally:
        await store.aclose()


async def test_a_question_that_follows_a_deletion_at_once(session: Session, path: Path) -> None:
    await asyncio.gather(session.delete_message(session.records[3].id), session.send("three"))
    await session.wait()
    assert texts(session) == await stored(path, session) == ["one", "A1", "two", "three", "A3"]


async def test_a_question_that_follows_another_branch_at_once(session: Session, path: Path) -> None:
    first = session.records[1].id
    await session.regenerate(first)
    await session.wait()
    await asyncio.gather(session.show_version(first), session.send("three"))
    await session.wait()
    assert texts(session) == await stored(path, session) == ["one", "A1", "two", "A2", "three", "A4"]


async def test_two_deletions_at_once(session: Session, path: Path) -> None:
    await asyncio.gather(*(session.delete_message(session.records[index].id) for index in (3, 2)))
    assert texts(session) == await stored(path, session) == ["one", "A1"]


async def test_settings_that_change_while_something_else_is_stored_hold(
    session: Session, history: HistoryStore
) -> None:
    brief = ConversationSettings(system="Be brief.")
    await asyncio.gather(session.edit(session.records[3].id, "A2, shorter"), session.set_settings(brief))
    assert texts(session)[-1] == "A2, shorter"
    assert session.conversation.settings == brief
    assert session.conversation == await history.conversation(session.conversation.id)


async def test_whoever_asks_hears_of_every_failure(session: Session) -> None:
    """One that is no StorageError is a mistake of the program, and must not look like a cancellation."""
    broken = TextPart.model_construct(type="text", text="\ud800")
    with pytest.raises(ValueError, match="surrogates"):
        await session.send((broken,))
    assert not session.running
    assert texts(session) == ["one", "A1", "two", "A2"]
