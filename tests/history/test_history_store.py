"""The store on a real database."""

from __future__ import annotations

import asyncio
import stat
import sys
import threading
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from history.records_for_tests import answer, question, streaming
from history.stored import all_of, begin

from chat_studio.errors import ConversationNotFound
from chat_studio.history import conversations
from chat_studio.history.records import ErrorRecord, JournalPiece, MessageState, Timing
from chat_studio.history.store import HistoryStore
from chat_studio.messages import (
    FilePart,
    FinishReason,
    ImagePart,
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    Usage,
)


async def test_nothing_is_made_before_the_first_call(path: Path) -> None:
    store = HistoryStore(path)
    await store.aclose()
    assert not path.parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
async def test_the_files_are_for_their_owner_only(store: HistoryStore, path: Path) -> None:
    conversation = await begin(store, connection_id="demo", model="")
    await store.append(streaming(conversation.id, question(conversation.id, "?")))
    files = [file for file in path.parent.iterdir() if file.is_file()]
    assert {path.name, f"{path.name}-wal"} <= {file.name for file in files}
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


async def test_a_message_comes_back_as_it_was_stored(store: HistoryStore) -> None:
    conversation = await begin(store, connection_id="demo", model="m", title="All parts")
    asked = question(conversation.id, "?")
    parts = (
        ReasoningPart(text="hm", seconds=1.5, replay={"signature": "opaque"}),
        TextPart(text="Grüße 🙂\u2028\0"),
        ImagePart(data="AAAA", name="a.png"),
        FilePart(name="a.txt", text="text"),
        ToolCallPart(id="call_1", name="add", arguments='{"a": 1}', replay=[1, None]),
        ToolResultPart(call_id="call_1", content="2", is_error=True),
    )
    told = replace(
        answer(conversation.id, "", asked),
        message=Message(role=Role.ASSISTANT, parts=parts),
        state=MessageState.FAILED,
        connection_id="demo",
        connection_name="Demo",
        model="m-1",
        finish_reason=FinishReason.LENGTH,
        usage=Usage(input_tokens=3, output_tokens=5, cost=0.25),
        timing=Timing(first_token=None, total=2.5),
        error=ErrorRecord("stalled", "It fell silent.", "Wait.", "…"),
    )
    await store.append(asked, told)
    assert await store.thread(conversation.id) == [asked, told]


async def test_conversations_come_newest_first(store: HistoryStore) -> None:
    old = await begin(store, connection_id="a", model="", title="old")
    new = await begin(store, connection_id="a", model="", title="new")
    assert [c.id for c in await all_of(store)] == [new.id, old.id]
    await store.append(question(old.id, "again"))
    assert [c.id for c in await all_of(store)] == [old.id, new.id]


async def test_appending_moves_the_leaf_and_the_route_at_once(store: HistoryStore) -> None:
    conversation = conversations.new("first", "m0", "Made with its first question")
    asked = question(conversation.id, "?")
    told = answer(conversation.id, "!", asked, connection_id="second", model="")
    stored = await store.append(asked, told, creating=conversation)
    assert (stored.leaf_id, stored.connection_id, stored.model) == (told.id, "second", "")
    assert await store.conversation(conversation.id) == stored
    after = await store.append(question(conversation.id, "and?", told))
    assert (after.connection_id, after.model) == ("second", "")


async def test_a_second_answer_is_a_sibling_and_the_first_stays(store: HistoryStore) -> None:
    conversation = await begin(store, connection_id="a", model="")
    asked = question(conversation.id, "?")
    first, second = (answer(conversation.id, text, asked) for text in ("first", "second"))
    await store.append(asked, first)
    await store.append(second)
    assert await store.thread(conversation.id) == [asked, second]
    assert [hit.message_id for hit in await store.search("first")] == [first.id]


async def test_append_is_all_or_nothing(store: HistoryStore) -> None:
    conversation = await begin(store, connection_id="a", model="")
    asked = question(conversation.id, "?")
    await store.append(asked)
    with pytest.raises(ConversationNotFound):
        await store.append(question("gone", "?"))
    with pytest.raises(Exception, match="UNIQUE"):
        await store.append(answer(conversation.id, "!", asked), asked)
    assert await store.thread(conversation.id) == [asked]


async def test_renaming_and_routing(store: HistoryStore) -> None:
    conversation = await begin(store, connection_id="a", model="", title="before")
    await store.retitle(conversation.id, "after", "user")
    await store.set_route(conversation.id, "b", "m")
    found = await store.conversation(conversation.id)
    assert (found.title, found.connection_id, found.model) == ("after", "b", "m")
    assert found.updated_at == conversation.updated_at


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.conversation("nowhere"),
        lambda store: store.thread("nowhere"),
        lambda store: store.retitle("nowhere", "x", "user"),
        lambda store: store.delete("nowhere"),
        lambda store: store.restore("nowhere"),
        lambda store: store.set_route("nowhere", "a", ""),
    ],
)
async def test_an_unknown_conversation_is_said_so(store: HistoryStore, use: object) -> None:
    with pytest.raises(ConversationNotFound, match="nowhere"):
        await use(store)  # type: ignore[operator]


async def test_a_deleted_conversation_comes_back_until_it_is_purged(store: HistoryStore) -> None:
    kept = await begin(store, connection_id="a", model="", title="kept")
    gone = await begin(store, connection_id="a", model="", title="gone")
    asked = question(gone.id, "needle")
    await store.append(asked)
    await store.delete(gone.id)
    assert [c.id for c in await all_of(store)] == [kept.id]
    assert await store.search("needle") == []
    await store.restore(gone.id)
    assert await store.thread(gone.id) == [asked]
    await store.delete(gone.id)
    assert await store.purge_deleted(datetime.now(UTC) - timedelta(days=1)) == 0
    assert await store.purge_deleted(datetime.now(UTC)) == 1
    with pytest.raises(ConversationNotFound):
        await store.restore(gone.id)


async def test_purging_takes_messages_journal_and_search_along(store: HistoryStore, path: Path) -> None:
    gone = await begin(store, connection_id="a", model="")
    asked = question(gone.id, "needle")
    coming = streaming(gone.id, asked)
    await store.append(asked, coming)
    await store.journal(coming, [JournalPiece("text", "hay")])
    await store.delete(gone.id)
    await store.purge_deleted(datetime.now(UTC))
    counts = await store._run(
        lambda db: [
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("messages", "journal", "search WHERE search MATCH 'needle'")
        ]
    )
    assert counts == [0, 0, 0]


async def test_a_running_answer_shows_what_was_journalled_and_its_end_replaces_it(store: HistoryStore) -> None:
    conversation = await begin(store, connection_id="a", model="")
    asked = question(conversation.id, "?")
    coming = streaming(conversation.id, asked)
    await store.append(asked, coming)
    await store.journal(coming, [JournalPiece("reasoning", "hm"), JournalPiece("reasoned", "2.0")])
    await store.journal(coming, [JournalPiece("text", "par"), JournalPiece("text", "tial")])
    shown = (await store.thread(conversation.id))[-1]
    assert shown.message.parts == (ReasoningPart(text="hm", seconds=2.0), TextPart(text="partial"))
    final = replace(coming, message=Message.of(Role.ASSISTANT, "whole"), state=MessageState.DONE)
    finished = await store.finish(final)
    assert finished.updated_at > conversation.updated_at
    assert await store.thread(conversation.id) == [asked, final]
    assert [hit.message_id for hit in await store.search("whole")] == [final.id]


async def test_work_goes_on_when_the_caller_is_cancelled(store: HistoryStore) -> None:
    conversation = await begin(store, connection_id="a", model="", title="before")
    reached, go = threading.Event(), threading.Event()
    blocking = asyncio.create_task(store._run(lambda db: (reached.set(), go.wait())))
    await asyncio.to_thread(reached.wait)
    renaming = asyncio.create_task(store.retitle(conversation.id, "after", "user"))
    await asyncio.sleep(0)
    renaming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await renaming
    go.set()
    await blocking
    await store.restore(conversation.id)  # whatever is written next comes after it
    assert (await store.conversation(conversation.id)).title == "after"


async def test_two_programs_on_one_file(store: HistoryStore, path: Path) -> None:
    async with aclosing(HistoryStore(path)) as other:
        one, two = await asyncio.gather(*(begin(program, connection_id="a", model="") for program in (store, other)))
        for _ in range(20):
            await asyncio.gather(store.append(question(one.id, "a")), other.append(question(two.id, "b")))
        assert {c.id for c in await all_of(store)} == {one.id, two.id}
        assert len(await store.search("a", 100)) == len(await other.search("b", 100)) == 20


async def test_programs_that_make_the_file_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    for attempt in range(10):
        async with AsyncExitStack() as stack:
            path = tmp_path / str(attempt) / "history.sqlite3"
            stores = [await stack.enter_async_context(aclosing(HistoryStore(path))) for _ in range(4)]
            assert await asyncio.gather(*(all_of(program) for program in stores)) == [[], [], [], []]
