"""A session's life: asked, stopped, failed, asked again, closed. The database is real, the providers play scripts."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import pytest
from chat.heard import Heard
from chat.scripted import Scripted, Source, failure
from history.stored import all_of, begin

from chat_studio import errors
from chat_studio.chat.changes import (
    AnswerGrew,
    AnswerRouted,
    BranchChanged,
    ConversationChanged,
    JournalFailed,
    MessageAdded,
    MessageChanged,
    RunningChanged,
)
from chat_studio.chat.engine import Engine
from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StorageError
from chat_studio.events import Finished, ReasoningDelta, Started, TextDelta, ToolCallReady, UsageReported
from chat_studio.history import db as database
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FinishReason, ImagePart, Role, TextPart, ToolCallPart, Usage
from chat_studio.parameters import ConversationSettings, Parameters

STOP = Finished(FinishReason.STOP)
WHOLE = [Started("served"), TextDelta("Hel"), TextDelta("lo"), UsageReported(Usage(output_tokens=2)), STOP]


async def test_a_question_and_its_answer(sessions: Sessions, source: Source, history: HistoryStore) -> None:
    source.providers["s"] = provider = Scripted(WHOLE)
    settings = ConversationSettings(system="Short.", parameters=Parameters(seed=1))
    session = await sessions.new("s", "chosen", settings=settings)
    heard = Heard(session)
    await session.send("Hi\nthere")
    assert heard.names[:2] == ["MessageAdded", "MessageAdded"], "told when send returns"
    await session.wait()
    asked, told = session.records
    assert heard == [
        MessageAdded(asked),
        MessageAdded(heard[1].record),  # type: ignore[union-attr]
        heard[2],
        RunningChanged(running=True),
        AnswerRouted(replace(heard[1].record, connection_name="Scripted")),  # type: ignore[union-attr]
        *(AnswerGrew(told.id, event) for event in WHOLE),
        MessageChanged(told),
        ConversationChanged(session.conversation),
        RunningChanged(running=False),
    ]
    assert (told.message.text, told.state, told.model) == ("Hello", MessageState.DONE, "served")
    assert (told.connection_id, told.connection_name, told.parent_id) == ("s", "Scripted", asked.id)
    assert (told.usage, told.finish_reason) == (Usage(output_tokens=2), FinishReason.STOP)
    assert told.timing is not None
    assert told.timing.first_token is not None
    assert 0 <= told.timing.first_token <= told.timing.total
    assert await history.thread(session.conversation.id) == [asked, told]
    (request,) = provider.requests
    assert [message.text for message in request.messages] == ["Short.", "Hi\nthere"]
    assert (request.model, request.parameters.seed) == ("chosen", 1)


async def test_who_answers_is_told_before_the_request_is_sent(sessions: Sessions, source: Source) -> None:
    heard: Heard | None = None
    known: list[MessageRecord] = []

    def look() -> None:
        assert heard is not None
        known.extend(change.record for change in heard if isinstance(change, AnswerRouted))
        known.append(session.records[-1])

    source.providers["s"] = Scripted([look, *WHOLE])
    session = await sessions.new("s")
    heard = Heard(session)
    await session.send("Hi", connection_id="s")
    await session.wait()
    assert [(record.connection_name, record.model, record.state) for record in known] == [
        ("Scripted", "own-model", MessageState.STREAMING)
    ] * 2


async def test_nobody_is_named_where_there_is_no_connection(sessions: Sessions) -> None:
    session = await sessions.new("gone")
    heard = Heard(session)
    await session.send("Hi", connection_id="gone")
    await session.wait()
    assert "AnswerRouted" not in heard.names
    assert session.records[-1].state is MessageState.FAILED


async def test_a_new_conversation_is_stored_with_its_first_question(sessions: Sessions, history: HistoryStore) -> None:
    session = await sessions.new("demo")
    assert await all_of(history) == []
    await session.send("What is it called?\nNot this.", connection_id="demo", model="demo-fast")
    await session.wait()
    (stored,) = await all_of(history)
    assert stored == session.conversation
    assert (stored.title, stored.connection_id, stored.model) == ("What is it called?", "demo", "demo-fast")


async def test_an_untitled_conversation_gets_its_title_with_its_first_question(
    sessions: Sessions, history: HistoryStore
) -> None:
    conversation = await begin(history, connection_id="demo", model="")
    session = await sessions.open(conversation.id)
    await session.send((ImagePart(name="cat.png"), TextPart(text="Which animal?")), connection_id="demo")
    await session.wait()
    assert (await history.conversation(conversation.id)).title == "Which animal?"


async def test_a_title_that_the_user_gave_stays(sessions: Sessions, history: HistoryStore) -> None:
    session = await sessions.new("demo")
    await session.send("First", connection_id="demo")
    await session.wait()
    await history.retitle(session.conversation.id, "Mine", "user")
    await session.send("Second", connection_id="demo")
    assert session.conversation.title == "Mine"
    await session.wait()
    assert (await all_of(history))[0].title == "Mine"


async def test_the_next_question_carries_the_conversation(sessions: Sessions, source: Source) -> None:
    source.providers["s"] = provider = Scripted(WHOLE)
    session = await sessions.new("s")
    for text in ("one", "two"):
        await session.send(text, connection_id="s")
        await session.wait()
    assert [message.text for message in provider.requests[1].messages] == ["one", "Hello", "two"]
    assert [record.parent_id for record in session.records] == [None, *(r.id for r in session.records[:-1])]


async def test_a_session_opened_later_goes_on(history: HistoryStore, source: Source, sessions: Sessions) -> None:
    session = await sessions.new("demo")
    await session.send("one", connection_id="demo")
    await session.wait()
    source.providers["s"] = provider = Scripted(WHOLE)
    later = Sessions(history, source, Engine())
    again = await later.open(session.conversation.id)
    assert (again.records, again.conversation) == (session.records, session.conversation)
    await again.send("two", connection_id="s")
    await again.wait()
    assert [message.text for message in provider.requests[0].messages][::2] == ["one", "two"]
    assert len(await all_of(history)) == 1


async def test_stop_keeps_what_had_arrived_and_ends_the_request(
    sessions: Sessions, source: Source, history: HistoryStore
) -> None:
    source.providers["s"] = provider = Scripted([ReasoningDelta("hm"), TextDelta("par"), asyncio.Event(), STOP])
    session = await sessions.new("s")
    heard = Heard(session)
    await session.send("?", connection_id="s")
    await heard.until(AnswerGrew, 2)
    assert session.running
    assert session.records[-1].message.text == "par"
    assert session.records[-1].state is MessageState.STREAMING
    session.stop()
    session.stop()
    await session.wait()
    assert provider.open == 0
    _, told = session.records
    assert (told.state, told.message.text, told.error) == (MessageState.STOPPED, "par", None)
    assert (await history.thread(session.conversation.id))[-1] == told
    assert heard.names[-3:] == ["MessageChanged", "ConversationChanged", "RunningChanged"]
    assert not session.running


async def test_stop_by_the_first_thing_that_is_told(sessions: Sessions, source: Source) -> None:
    source.providers["s"] = provider = Scripted(WHOLE)
    session = await sessions.new("s")
    session.subscribe(lambda change: session.stop())
    await session.send("?", connection_id="s")
    await session.wait()
    assert session.records[-1].state is MessageState.STOPPED
    assert provider.requests == []


async def test_stop_at_the_very_last_event(sessions: Sessions, source: Source, history: HistoryStore) -> None:
    source.providers["s"] = Scripted(WHOLE)
    session = await sessions.new("s")
    session.subscribe(
        lambda change: session.stop() if isinstance(change, AnswerGrew) and change.event is STOP else None
    )
    await session.send("?", connection_id="s")
    await session.wait()
    told = session.records[-1]
    assert (told.state, told.message.text) == (MessageState.STOPPED, "Hello")
    assert (await history.thread(session.conversation.id))[-1] == told


async def test_a_failure_keeps_what_had_arrived_with_the_error(
    sessions: Sessions, source: Source, history: HistoryStore
) -> None:
    source.providers["s"] = Scripted([TextDelta("par"), failure(errors.Stalled)])
    session = await sessions.new("s")
    await session.send("?", connection_id="s")
    await session.wait()
    told = session.records[-1]
    assert (told.state, told.message.text) == (MessageState.FAILED, "par")
    assert told.error is not None
    assert (told.error.kind, told.error.message, told.error.hint, told.error.detail) == (
        "stalled",
        "It failed.",
        "Do this.",
        "words",
    )
    assert (await history.thread(session.conversation.id))[-1] == told


async def test_a_connection_that_is_not_there_is_a_failed_answer(sessions: Sessions) -> None:
    session = await sessions.new("gone")
    await session.send("?", connection_id="gone")
    await session.wait()
    told = session.records[-1]
    assert told.error is not None
    assert (told.state, told.error.kind) == (MessageState.FAILED, "connection_not_found")


@pytest.mark.expects_log("ERROR chat_studio.chat.turn: A turn failed on s")
async def test_a_bug_is_told_in_a_plain_sentence(
    sessions: Sessions, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    source.providers["s"] = Scripted([TextDelta("par"), ZeroDivisionError("in a provider")])
    session = await sessions.new("s")
    await session.send("?", connection_id="s")
    await session.wait()
    told = session.records[-1]
    assert told.error is not None
    assert (told.state, told.error.kind, told.message.text) == (MessageState.FAILED, "bug", "par")
    assert "ZeroDivisionError" not in told.error.message + told.error.detail
    assert "ZeroDivisionError" in caplog.text


async def test_a_tool_call_is_kept_and_ends_the_turn(sessions: Sessions, source: Source) -> None:
    call = ToolCallPart(id="call_1", name="add", arguments="{}")
    source.providers["s"] = provider = Scripted([ToolCallReady(call), Finished(FinishReason.TOOL_CALLS)], WHOLE)
    session = await sessions.new("s")
    await session.send("?", connection_id="s")
    await session.wait()
    assert session.records[-1].message.parts == (call,)
    await session.send("and?", connection_id="s")
    await session.wait()
    assert [m.role for m in provider.requests[-1].messages] == [Role.USER, Role.USER]


async def test_another_answer_is_a_sibling(sessions: Sessions, source: Source, history: HistoryStore) -> None:
    source.providers["s"] = provider = Scripted(WHOLE, [TextDelta("Other"), STOP])
    session = await sessions.new("s")
    await session.send("?", connection_id="s")
    await session.wait()
    asked, first = session.records
    heard = Heard(session)
    await session.regenerate(first.id, connection_id="demo", model="")
    await session.wait()
    await session.regenerate(session.records[-1].id, connection_id="s", model="m")
    await session.wait()
    _, last = session.records
    assert (last.parent_id, last.message.text, last.model) == (asked.id, "Other", "m")
    branches = [change.records for change in heard if isinstance(change, BranchChanged)]
    assert [[record.message.text for record in branch] for branch in branches] == [["?", ""], ["?", ""]]
    assert [message.text for message in provider.requests[-1].messages] == ["?"]
    assert await history.thread(session.conversation.id) == [asked, last]
    assert first.id in {hit.message_id for hit in await history.search("Hello")}, "nothing is overwritten"


async def test_another_answer_in_the_middle_begins_another_branch(sessions: Sessions, source: Source) -> None:
    source.providers["s"] = Scripted(WHOLE)
    session = await sessions.new("s")
    for text in ("one", "two"):
        await session.send(text, connection_id="s")
        await session.wait()
    await session.regenerate(session.records[0].id, connection_id="s")
    await session.wait()
    assert [record.message.text for record in session.records] == ["one", "Hello"]
    with pytest.raises(LookupError):
        await session.regenerate("nowhere", connection_id="s")


async def test_one_turn_at_a_time(sessions: Sessions, source: Source) -> None:
    source.providers["s"] = Scripted([asyncio.Event()])
    session = await sessions.new("s")
    await session.send("?", connection_id="s")
    with pytest.raises(RuntimeError, match="already runs"):
        await session.send("??", connection_id="s")
    session.stop()
    await session.wait()
    assert len(session.records) == 2


async def test_whoever_asked_may_go_away(sessions: Sessions, source: Source, history: HistoryStore) -> None:
    source.providers["s"] = Scripted(WHOLE)
    session = await sessions.new("s")
    asking = asyncio.create_task(session.send("?", connection_id="s"))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await session.wait()
    assert [record.message.text for record in await history.thread(session.conversation.id)] == ["?", "Hello"]


async def test_who_unsubscribed_hears_no_more(sessions: Sessions) -> None:
    session = await sessions.new("demo")
    heard = Heard(session)
    heard.unsubscribe()
    heard.unsubscribe()
    await session.send("?", connection_id="demo")
    await session.wait()
    assert heard == []


async def test_halves_of_characters_are_mended(sessions: Sessions, source: Source, history: HistoryStore) -> None:
    source.providers["s"] = Scripted([TextDelta("\ud83d"), TextDelta("\ude00 \udc00"), STOP])
    session = await sessions.new("s")
    await session.send("lone \ud800", connection_id="s")
    await session.wait()
    assert [r.message.text for r in await history.thread(session.conversation.id)] == ["lone \ufffd", "😀 \ufffd"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)


@pytest.mark.usefixtures("impatient")
async def test_a_question_that_cannot_be_stored_is_not_shown(sessions: Sessions, path: Path) -> None:
    session = await sessions.new("demo")
    heard = Heard(session)
    await session.send("one", connection_id="demo")
    await session.wait()
    told = len(heard)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="in use"):
            await session.send("two", connection_id="demo")
    assert (len(heard), len(session.records), session.running) == (told, 2, False)
    await session.send("two", connection_id="demo")
    await session.wait()
    assert len(session.records) == 4


@pytest.mark.usefixtures("impatient")
async def test_an_answer_that_cannot_be_stored_goes_on_and_is_stored_later(
    sessions: Sessions, source: Source, history: HistoryStore, path: Path
) -> None:
    go = asyncio.Event()
    source.providers["s"] = Scripted([TextDelta("par"), go, TextDelta("tial"), STOP], WHOLE)
    session = await sessions.new("s")
    heard = Heard(session)
    await session.send("?", connection_id="s")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await heard.until(JournalFailed)
        go.set()
        await session.wait()
    assert session.records[-1].message.text == "partial"
    assert session.unfinished
    assert (await history.thread(session.conversation.id))[-1].state is MessageState.STREAMING
    await session.send("and?", connection_id="s")
    await session.wait()
    assert [record.message.text for record in await history.thread(session.conversation.id)] == [
        "?",
        "partial",
        "and?",
        "Hello",
    ]
    assert not session.unfinished


async def test_a_running_answer_is_journalled_without_more_coming(
    sessions: Sessions, source: Source, path: Path
) -> None:
    source.providers["s"] = Scripted([TextDelta("so "), TextDelta("far"), asyncio.Event()])
    session = await sessions.new("s")
    await session.send("?", connection_id="s")
    async with aclosing(HistoryStore(path)) as other:
        while not (shown := (await other.thread(session.conversation.id))[-1]).message.parts:
            assert shown.state is MessageState.STREAMING
            await asyncio.sleep(0.01)
    assert shown.message.text == "so far"
    assert (shown.connection_name, shown.model) == ("Scripted", "own-model")
    session.stop()
    await session.wait()
