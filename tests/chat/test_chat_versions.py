"""A conversation as a tree: versions of messages, the branches below them, and what is deleted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from chat.heard import Heard
from chat.scripted import Scripted, Source, failure

from chat_studio.chat.asking import GO_ON
from chat_studio.chat.changes import BranchChanged, ConversationChanged
from chat_studio.chat.session import LONG, Session
from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StorageError
from chat_studio.events import Finished, ReasoningDelta, TextDelta
from chat_studio.history import db as database
from chat_studio.history.records import MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FinishReason, ReasoningPart, Role, TextPart
from chat_studio.parameters import ConversationSettings, Parameters

STOP = Finished(FinishReason.STOP)


def texts(session: Session) -> list[str]:
    return [record.message.text for record in session.records]


def ids(session: Session) -> list[str]:
    return [record.id for record in session.records]


async def conversation(sessions: Sessions, source: Source, *questions: str) -> Session:
    """Answered one by one by “A1”, “A2” and so on, however often something is asked."""
    scripts = [[TextDelta(f"A{number}"), STOP] for number in range(1, 20)]
    source.providers["s"] = Scripted(*scripts)
    session = await sessions.new("s", "m")
    for question in questions:
        await session.send(question)
        await session.wait()
    return session


async def reopened(path: Path, session: Session) -> list[str]:
    """What a program that starts now shows of the conversation."""
    store = HistoryStore(path)
    try:
        return [record.message.text for record in await store.thread(session.conversation.id)]
    finally:
        await store.aclose()


async def test_an_edited_question_is_a_version_with_a_branch_of_its_own(
    sessions: Sessions, source: Source, path: Path
) -> None:
    session = await conversation(sessions, source, "one", "two", "three")
    first, second = ids(session)[0], ids(session)[2]
    heard = Heard(session)
    await session.edit(second, "two, better")
    await session.wait()
    assert texts(session) == ["one", "A1", "two, better", "A4"]
    assert [change.records[:2] for change in heard if isinstance(change, BranchChanged)] == [session.records[:2]]
    edited = ids(session)[2]
    assert session.versions(edited) == session.versions(second) == (second, edited)
    assert session.versions(first) == (first,)
    await session.show_version(second)
    assert texts(session) == ["one", "A1", "two", "A2", "three", "A3"], "to where it was written last"
    assert await reopened(path, session) == texts(session)
    await session.show_version(edited)
    assert await reopened(path, session) == texts(session) == ["one", "A1", "two, better", "A4"]


async def test_the_first_question_has_versions_too(sessions: Sessions, source: Source) -> None:
    session = await conversation(sessions, source, "one")
    before = ids(session)[0]
    await session.edit(before, (TextPart(text="one!"),))
    await session.wait()
    assert texts(session) == ["one!", "A2"]
    assert session.versions(before) == (before, ids(session)[0])


async def test_an_edited_answer_is_stored_and_asks_nobody(sessions: Sessions, source: Source, path: Path) -> None:
    session = await conversation(sessions, source, "one", "two")
    answer = session.records[1]
    await session.edit(answer.id, "A1, shorter")
    assert texts(session) == ["one", "A1, shorter"]
    version = session.records[1]
    assert (version.message.role, version.state, version.model) == (Role.ASSISTANT, MessageState.DONE, answer.model)
    assert not session.running
    await session.send("and?")
    await session.wait()
    provider = source.providers["s"]
    assert isinstance(provider, Scripted)
    assert [message.text for message in provider.requests[-1].messages] == ["one", "A1, shorter", "and?"]
    assert await reopened(path, session) == texts(session)


async def test_an_answer_by_another_connection(sessions: Sessions, source: Source) -> None:
    session = await conversation(sessions, source, "one")
    source.providers["other"] = Scripted([TextDelta("B"), STOP])
    await session.regenerate(ids(session)[1], connection_id="other", model="big")
    await session.wait()
    assert (texts(session), session.records[1].model) == (["one", "B"], "big")
    assert len(session.versions(ids(session)[1])) == 2
    assert (session.conversation.connection_id, session.conversation.model) == ("other", "big")


async def test_an_answer_that_was_cut_short_goes_on(sessions: Sessions, source: Source, path: Path) -> None:
    source.providers["s"] = provider = Scripted(
        [ReasoningDelta("Well."), TextDelta("One, t"), failure()], [TextDelta("wo, three."), STOP]
    )
    session = await sessions.new("s", "m")
    await session.send("Count.")
    await session.wait()
    broken = session.records[1]
    assert broken.state is MessageState.FAILED
    await session.go_on(broken.id)
    await session.wait()
    whole = session.records[1]
    assert (whole.message.text, whole.state) == ("One, two, three.", MessageState.DONE)
    assert isinstance(whole.message.parts[0], ReasoningPart)
    assert session.versions(whole.id) == (broken.id, whole.id)
    asked = provider.requests[-1].messages
    assert [(message.role, message.text) for message in asked] == [
        (Role.USER, "Count."),
        (Role.ASSISTANT, "One, t"),
        (Role.USER, GO_ON),
    ]
    assert await reopened(path, session) == ["Count.", "One, two, three."]


async def test_a_deleted_message_is_not_sent_and_what_follows_stays(
    sessions: Sessions, source: Source, path: Path
) -> None:
    session = await conversation(sessions, source, "one", "two", "three")
    gone = ids(session)[2]
    await session.delete_message(gone)
    await session.delete_message(ids(session)[2])
    assert texts(session) == ["one", "A1", "three", "A3"]
    await session.send("four")
    await session.wait()
    provider = source.providers["s"]
    assert isinstance(provider, Scripted)
    assert [message.text for message in provider.requests[-1].messages] == ["one", "A1", "three", "A3", "four"]
    assert await reopened(path, session) == texts(session)
    await session.restore_message(gone)
    assert texts(session) == ["one", "A1", "two", "three", "A3", "four", "A4"]


async def test_a_deleted_last_answer_gives_way_to_another_version(sessions: Sessions, source: Source) -> None:
    session = await conversation(sessions, source, "one")
    await session.regenerate(ids(session)[1])
    await session.wait()
    assert texts(session) == ["one", "A2"]
    gone = ids(session)[1]
    await session.delete_message(gone)
    assert texts(session) == ["one", "A1"]
    await session.delete_message(ids(session)[1])
    assert texts(session) == ["one"]
    await session.restore_message(gone)
    assert texts(session) == ["one", "A2"]


async def test_everything_may_be_deleted_and_asked_anew(sessions: Sessions, source: Source) -> None:
    session = await conversation(sessions, source, "one")
    for message_id in reversed(ids(session)):
        await session.delete_message(message_id)
    assert texts(session) == []
    await session.send("again")
    await session.wait()
    assert texts(session) == ["again", "A2"]


async def test_a_branch_becomes_a_conversation(sessions: Sessions, source: Source, history: HistoryStore) -> None:
    session = await conversation(sessions, source, "one", "two")
    await session.set_settings(ConversationSettings(system="Be brief."))
    copy = await sessions.branch_off(session, ids(session)[1])
    assert (copy.title, copy.settings.system) == ("one (branch)", "Be brief.")
    thread = await history.thread(copy.id)
    assert [record.message.text for record in thread] == ["one", "A1"]
    assert not {record.id for record in thread} & set(ids(session))
    assert texts(session) == ["one", "A1", "two", "A2"]


async def test_settings_and_route_hold_for_the_next_question(sessions: Sessions, source: Source) -> None:
    session = await conversation(sessions, source, "one")
    source.providers["other"] = other = Scripted([TextDelta("B"), STOP])
    heard = Heard(session)
    settings = ConversationSettings(system="Rhyme.", parameters=Parameters(temperature=0.2, stop=("END",)))
    await session.set_settings(settings)
    await session.set_route("other", "big")
    assert heard[-1] == ConversationChanged(session.conversation)
    await session.send("two")
    await session.wait()
    request = other.requests[-1]
    assert (request.messages[0].text, request.parameters, request.model) == ("Rhyme.", settings.parameters, "big")
    again = await sessions.open(session.conversation.id)
    assert again.conversation.settings == settings


async def test_settings_before_the_first_question_are_stored_with_it(
    sessions: Sessions, source: Source, history: HistoryStore
) -> None:
    source.providers["s"] = Scripted([TextDelta("A"), STOP])
    session = await sessions.new("s")
    settings = ConversationSettings(system="Short.", parameters=Parameters(seed=7, extra={"top_k": 3}))
    await session.set_settings(settings)
    await session.retitle("Mine", "user")
    await session.send("?")
    await session.wait()
    stored = await history.conversation(session.conversation.id)
    assert (stored.settings, stored.title, stored.title_by) == (settings, "Mine", "user")


async def test_who_may_name_a_conversation(sessions: Sessions, source: Source, history: HistoryStore) -> None:
    session = await conversation(sessions, source, "one")
    await session.retitle("By a model", "model")
    assert session.conversation.title == "By a model"
    await session.retitle("Mine", "user")
    await session.retitle("By a model again", "model")
    await history.retitle(session.conversation.id, "By another program's model", "model")
    assert (await history.conversation(session.conversation.id)).title == session.conversation.title == "Mine"


async def test_nothing_of_the_branch_changes_while_an_answer_comes(sessions: Sessions, source: Source) -> None:
    session = await conversation(sessions, source, "one")
    answer = ids(session)[1]
    await session.send("two")
    for change in (
        session.show_version(answer),
        session.delete_message(answer),
        session.edit(answer, "x"),
        session.regenerate(answer),
    ):
        with pytest.raises(RuntimeError, match="already runs"):
            await change
    await session.wait()


async def test_what_the_disk_refuses_has_not_happened(
    sessions: Sessions, source: Source, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    session = await conversation(sessions, source, "one", "two")
    before = (ids(session), session.conversation)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for change in (
            session.delete_message(before[0][2]),
            session.set_settings(ConversationSettings(system="x")),
            session.set_route("x", "y"),
            session.retitle("x", "user"),
            session.edit(before[0][1], "x"),
            session.edit(before[0][0], "x"),
            session.go_on(before[0][1]),
        ):
            with pytest.raises(StorageError):
                await change
    assert (ids(session), session.conversation) == before
    assert [session.versions(message_id) for message_id in before[0]] == [(message_id,) for message_id in before[0]]
    await session.delete_message(before[0][2])
    assert texts(session) == ["one", "A1", "A2"]


async def test_a_long_conversation_is_asked_as_a_whole(sessions: Sessions, source: Source) -> None:
    session = await conversation(sessions, source, "one")
    for number in range(LONG):
        await session.edit(session.records[-1].id, f"A, version {number}")
    for number in range(LONG // 2 + 1):
        await session.send(f"question {number}")
        await session.wait()
    provider = source.providers["s"]
    assert isinstance(provider, Scripted)
    asked = [message.text for message in provider.requests[-1].messages]
    assert asked[::2] == ["one", *(f"question {number}" for number in range(LONG // 2 + 1))]
