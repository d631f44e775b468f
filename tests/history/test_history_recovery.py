"""After a kill: what had arrived is there, and answers that still run elsewhere are left alone."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from history.records_for_tests import question, streaming
from history.stored import all_of, begin

from chat_studio.history.records import JournalPiece, MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Message, ReasoningPart, Role, TextPart

WRITER = """
import asyncio, pathlib, sys
from dataclasses import replace
sys.path[:0] = [sys.argv[2], sys.argv[3]]
from history.records_for_tests import question, streaming
from history.stored import begin
from chat_studio.history.records import JournalPiece
from chat_studio.history.store import HistoryStore

async def main():
    store = HistoryStore(pathlib.Path(sys.argv[1]))
    conversation = await begin(store, connection_id="demo", model="m", title="Killed")
    asked = question(conversation.id, "?")
    coming = streaming(conversation.id, asked, connection_id="demo")
    await store.append(asked, coming)
    coming = replace(coming, connection_name="Demo", model="m")
    await store.journal(coming, [JournalPiece("reasoning", "hm"), JournalPiece("reasoned", "0.5")])
    for number in range(1_000_000):
        await store.journal(coming, [JournalPiece("text", f"{number} ")])
        print(number, flush=True)
asyncio.run(main())
"""


def start_writer(path: Path) -> subprocess.Popen[str]:
    tests = Path(__file__).parents[1]
    command = [sys.executable, "-c", WRITER, path, tests.parent, tests]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def test_a_killed_program_loses_nothing_that_was_journalled(store: HistoryStore, path: Path) -> None:
    writer = start_writer(path)
    assert writer.stdout
    with writer.stdout as told:
        while int(told.readline()) < 20:
            pass
        assert await store.recover() == 0, "it still runs"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        last = max([20, *map(int, told.read().split("\n")[:-1])])
    assert await store.recover() == 1
    (conversation,) = await all_of(store)
    _, answer = await store.thread(conversation.id)
    reasoning, text = answer.message.parts
    assert reasoning == ReasoningPart(text="hm", seconds=0.5)
    assert isinstance(text, TextPart)
    numbers = list(map(int, text.text.split()))
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > last
    assert (answer.state, answer.connection_name, answer.model) == (MessageState.INTERRUPTED, "Demo", "m")
    assert [hit.message_id for hit in await store.search("20")] == [answer.id]
    assert await store.recover() == 0, "once is enough"
    assert list(path.with_name("running").iterdir()) == []


async def test_only_answers_of_programs_that_are_gone_are_ended(store: HistoryStore, path: Path) -> None:
    async with aclosing(HistoryStore(path)) as other:
        conversation = await begin(other, connection_id="a", model="")
        asked = question(conversation.id, "?")
        coming = streaming(conversation.id, asked)
        await other.append(asked, coming)
        await other.journal(coming, [JournalPiece("text", "so far")])
        assert await store.recover() == 0
        assert await other.recover() == 0, "its own are not gone either"
        assert (await store.thread(conversation.id))[-1].state is MessageState.STREAMING
        final = replace(coming, message=Message.of(Role.ASSISTANT, "whole"), state=MessageState.DONE)
        await other.finish(final)
    assert await store.recover() == 0
    assert (await store.thread(conversation.id))[-1] == final


async def test_an_answer_that_was_never_finished_is_ended_by_the_next_program(path: Path) -> None:
    async with aclosing(HistoryStore(path)) as first:
        conversation = await begin(first, connection_id="a", model="")
        asked = question(conversation.id, "?")
        await first.append(asked, streaming(conversation.id, asked))
    async with aclosing(HistoryStore(path)) as second:
        assert await second.recover() == 1
        _, answer = await second.thread(conversation.id)
        assert (answer.state, answer.message.parts) == (MessageState.INTERRUPTED, ())


async def test_two_programs_recover_at_once(store: HistoryStore, path: Path) -> None:
    async with aclosing(HistoryStore(path)) as gone:
        conversation = await begin(gone, connection_id="a", model="")
        asked = question(conversation.id, "?")
        await gone.append(asked, *(streaming(conversation.id, asked) for _ in range(5)))
    async with aclosing(HistoryStore(path)) as other:
        counts = await asyncio.gather(store.recover(), other.recover())
    assert sum(counts) == 5


@pytest.mark.parametrize("folder_is", ["missing", "a file"])
async def test_the_folder_of_locks_may_be_gone(path: Path, folder_is: str) -> None:
    async with aclosing(HistoryStore(path)) as first:
        conversation = await begin(first, connection_id="a", model="")
        asked = question(conversation.id, "?")
        await first.append(asked, streaming(conversation.id, asked))
    path.with_name("running").rmdir()
    if folder_is == "a file":
        path.with_name("running").write_text("")
    async with aclosing(HistoryStore(path)) as second:
        assert await second.recover() == 1
