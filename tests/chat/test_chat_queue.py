"""Questions that wait while an answer comes."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from chat.heard import Heard
from chat.scripted import Scripted, Source, failure

from chat_studio.chat.changes import QueueChanged, RunningChanged
from chat_studio.chat.session import Session
from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StorageError
from chat_studio.events import Finished, TextDelta
from chat_studio.history import db as database
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FinishReason, Part, TextPart

STOP = Finished(FinishReason.STOP)


def asked(text: str) -> tuple[Part, ...]:
    return (TextPart(text=text),)


def texts(session: Session) -> list[str]:
    return [record.message.text for record in session.records]


@pytest.fixture
def door(source: Source) -> asyncio.Event:
    """The first answer waits until it is open."""
    door = asyncio.Event()
    source.providers["s"] = Scripted([TextDelta("A1"), door, STOP], [TextDelta("A2"), STOP], [TextDelta("A3"), STOP])
    return door


@pytest.fixture
async def session(sessions: Sessions, door: asyncio.Event) -> Session:
    """Its first answer is on its way, and two questions wait."""
    session = await sessions.new("s", "m")
    await session.send("one")
    await session.put_queue((asked("two"), asked("three")))
    return session


async def test_questions_are_sent_one_by_one(session: Session, door: asyncio.Event, history: HistoryStore) -> None:
    heard = Heard(session)
    assert (await history.desk(session.conversation.id)).queue == (asked("two"), asked("three"))
    door.set()
    await session.wait()
    assert texts(session) == ["one", "A1", "two", "A2", "three", "A3"]
    assert [change.queue for change in heard if isinstance(change, QueueChanged)] == [(asked("three"),), ()]
    assert (await history.desk(session.conversation.id)).queue == ()


async def test_after_a_stop_the_queue_waits(session: Session) -> None:
    session.stop()
    await session.wait()
    assert (texts(session), len(session.queue)) == (["one", "A1"], 2)
    await session.send_next()
    await session.wait()
    assert texts(session) == ["one", "A1", "two", "A2", "three", "A3"]


async def test_after_a_failure_the_queue_waits(sessions: Sessions, source: Source) -> None:
    door = asyncio.Event()
    source.providers["s"] = Scripted([door, failure()])
    session = await sessions.new("s")
    await session.send("one")
    await session.put_queue((asked("two"),))
    door.set()
    await session.wait()
    assert (texts(session), session.queue) == (["one", ""], (asked("two"),))


async def test_a_queue_can_be_changed_and_emptied(session: Session, door: asyncio.Event) -> None:
    await session.put_queue((asked("instead"),))
    await session.put_queue(())
    door.set()
    await session.wait()
    assert texts(session) == ["one", "A1"]


async def test_a_question_for_an_idle_conversation_is_sent_at_once(sessions: Sessions) -> None:
    session = await sessions.new("demo")
    await session.put_queue((asked("one"),))
    assert session.running
    await session.wait()
    assert (texts(session)[0], session.queue) == ("one", ())


async def test_a_queue_waits_for_the_next_start(session: Session, sessions: Sessions, history: HistoryStore) -> None:
    await sessions.aclose()
    assert texts(session) == ["one", "A1"]
    opened = await history.open(session.conversation.id)
    assert opened.desk.queue == (asked("two"), asked("three"))


async def test_running_is_told_in_order(session: Session, door: asyncio.Event) -> None:
    heard = Heard(session)
    door.set()
    await session.wait()
    running = [change.running for change in heard if isinstance(change, RunningChanged)]
    assert running == [False, True, False, True, False]


async def test_a_question_that_cannot_be_stored_does_not_wait(
    sessions: Sessions, door: asyncio.Event, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is still in the composer: in both places it would be asked twice."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    session = await sessions.new("s", "m")
    await session.send("one")
    await session.put_queue((asked("two"),))
    heard = Heard(session)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError):
            await session.put_queue((*session.queue, asked("three")))
    assert session.queue == (asked("two"),)
    assert [len(change.queue) for change in heard if isinstance(change, QueueChanged)] == [2, 1]
    door.set()
    await session.wait()
    assert texts(session) == ["one", "A1", "two", "A2"]
