"""Several conversations at once, and the end of the program."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import weakref
from contextlib import closing
from pathlib import Path

import pytest
from chat.heard import Heard
from chat.scripted import Scripted, Source
from history.stored import begin

from chat_studio.chat.changes import AnswerGrew, Change, MessageChanged
from chat_studio.chat.sessions import Sessions
from chat_studio.errors import ConversationNotFound
from chat_studio.events import Finished, TextDelta
from chat_studio.history import db as database
from chat_studio.history.records import MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FinishReason

STOP = Finished(FinishReason.STOP)


async def test_one_live_session_for_a_conversation(sessions: Sessions, history: HistoryStore) -> None:
    conversation = await begin(history, connection_id="demo", model="", title="t")
    one, two = await asyncio.gather(sessions.open(conversation.id), sessions.open(conversation.id))
    assert one is two is await sessions.open(conversation.id)
    with pytest.raises(ConversationNotFound):
        await sessions.open("nowhere")


async def test_turns_run_at_the_same_time_and_are_heard_of(sessions: Sessions, source: Source) -> None:
    gates = {name: asyncio.Event() for name in "abc"}
    heard: list[tuple[str, Change]] = []
    unsubscribe = sessions.subscribe(lambda conversation_id, change: heard.append((conversation_id, change)))
    open_sessions = {}
    for name, gate in gates.items():
        source.providers[name] = Scripted([TextDelta(name), gate, TextDelta("!"), STOP])
        open_sessions[name] = await sessions.new(name)
        await open_sessions[name].send("?", connection_id=name)
    ids = {name: session.conversation.id for name, session in open_sessions.items()}
    assert sessions.running_ids() == set(ids.values())
    for name in "bca":
        gates[name].set()
        await open_sessions[name].wait()
    assert sessions.running_ids() == set()
    ended = [conversation_id for conversation_id, change in heard if isinstance(change, MessageChanged)]
    assert ended == [ids["b"], ids["c"], ids["a"]]
    assert [session.records[-1].message.text for session in open_sessions.values()] == ["a!", "b!", "c!"]
    count = len(heard)
    unsubscribe()
    await open_sessions["a"].send("?", connection_id="a")
    await open_sessions["a"].wait()
    assert len(heard) == count


async def test_a_turn_goes_on_when_nobody_holds_its_session(
    sessions: Sessions, source: Source, history: HistoryStore
) -> None:
    gate = asyncio.Event()
    source.providers["s"] = Scripted([TextDelta("on "), gate, TextDelta("and on"), STOP])
    session = await sessions.new("s")
    await session.send("?", connection_id="s")
    conversation_id, gone = session.conversation.id, weakref.ref(session)
    del session
    gc.collect()
    assert sessions.running_ids() == {conversation_id}
    gate.set()
    await (await sessions.open(conversation_id)).wait()
    gc.collect()
    assert gone() is None, "a session that nobody needs is let go"
    assert (await history.thread(conversation_id))[-1].message.text == "on and on"


async def test_a_session_that_was_let_go_and_asks_again_is_the_live_one(sessions: Sessions, source: Source) -> None:
    """An import was faster than the window, in which the conversation before it is shown still."""
    gate = asyncio.Event()
    source.providers["s"] = Scripted([TextDelta("one"), STOP], [gate, TextDelta("two"), STOP])
    session = await sessions.new("s")
    await session.send("?")
    await session.wait()
    sessions.let_go()
    await session.send("??")
    assert sessions.running_ids() == {session.conversation.id}
    assert await sessions.open(session.conversation.id) is session
    gate.set()
    await session.wait()


async def test_the_end_of_the_program_keeps_what_had_arrived(
    sessions: Sessions, source: Source, history: HistoryStore
) -> None:
    source.providers["s"] = provider = Scripted([TextDelta("so far"), asyncio.Event()])
    open_sessions = [await sessions.new("s") for _ in range(3)]
    for session in open_sessions:
        heard = Heard(session)
        await session.send("?", connection_id="s")
        await heard.until(AnswerGrew)
    await sessions.aclose()
    assert provider.open == 0
    for session in open_sessions:
        told = (await history.thread(session.conversation.id))[-1]
        assert (told.state, told.message.text) == (MessageState.INTERRUPTED, "so far")


@pytest.mark.expects_log("ERROR chat_studio.chat.sessions: An answer could not be stored: .*in use")
async def test_the_end_of_the_program_on_a_disk_that_refuses(
    sessions: Sessions, source: Source, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    source.providers["s"] = Scripted([TextDelta("so far"), asyncio.Event()])
    session = await sessions.new("s")
    await session.send("?", connection_id="s")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await sessions.aclose()
    assert session.unfinished


@pytest.mark.expects_log("WARNING chat_studio.chat.sessions: A conversation was not stored within 0.01 s")
async def test_the_end_of_the_program_does_not_wait_for_ever(sessions: Sessions, source: Source) -> None:
    release = asyncio.Event()

    class Stubborn(Scripted):
        async def stream(self, request):  # type: ignore[no-untyped-def, override]
            try:
                async for event in super().stream(request):
                    yield event
            finally:
                await release.wait()

    source.providers["s"] = Stubborn([TextDelta("so far"), asyncio.Event()])
    session = await sessions.new("s")
    heard = Heard(session)
    await session.send("?", connection_id="s")
    await heard.until(AnswerGrew)
    await sessions.aclose(limit=0.01)
    assert session.running
    release.set()
    await session.wait()
