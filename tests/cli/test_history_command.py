"""`history`: what was said before."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from cli.program import Done
from history.records_for_tests import answer, question
from history.stored import begin

from chat_studio.history import conversations
from chat_studio.history.branch import Branch
from chat_studio.history.records import ErrorRecord, MessageRecord, MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.history.whole import Whole
from chat_studio.paths import Paths

Command = Callable[..., Done]


def store(home: Path, title: str, *texts: str, **last: object) -> tuple[str, list[MessageRecord]]:
    """A conversation of questions and answers in turn; `last` are fields of the last message."""

    async def work() -> tuple[str, list[MessageRecord]]:
        async with aclosing(HistoryStore(Paths.find(home).history)) as history:
            conversation = await begin(history, connection_id="demo", model="m", title=title)
            records: list[MessageRecord] = []
            for number, text in enumerate(texts):
                fields = last if number == len(texts) - 1 else {}
                if number % 2 == 0:
                    records.append(question(conversation.id, text, records[-1] if records else None))
                else:
                    records.append(answer(conversation.id, text, records[-1], model="m", **fields))
            if records:
                await history.append(*records)
            return conversation.id, records

    return asyncio.run(work())


def test_an_empty_history(command: Command) -> None:
    for arguments in (["list"], ["list", "--json"], ["search", "x"]):
        assert command("history", *arguments) == Done(0, "", "")


def test_list(command: Command, studio_home: Path) -> None:
    old, _ = store(studio_home, "Old")
    new, _ = store(studio_home, "New one")
    lines = command("history", "list").out.splitlines()
    assert [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", line) for line in lines] == [
        f"{new[:8]}  TIME  New one",
        f"{old[:8]}  TIME  Old",
    ]
    assert [line["id"] for line in command("history", "list", "--json").lines] == [new, old]
    assert [line["title"] for line in command("history", "list", "--json", "-n", 1).lines] == ["New one"]


def test_show(command: Command, studio_home: Path) -> None:
    id_, records = store(studio_home, "Title", "Why?", "Because.")
    done = command("history", "show", id_[:8])
    assert done.code == 0
    told = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", done.out)
    assert told == "# Title\n\n## You, TIME\n\nWhy?\n\n## m, TIME\n\nBecause.\n"
    lines = command("history", "show", id_, "--json").lines
    assert [(line["id"], line["role"], line["text"], line["state"]) for line in lines] == [
        (records[0].id, "user", "Why?", "done"),
        (records[1].id, "assistant", "Because.", "done"),
    ]


@pytest.mark.parametrize(
    ("fields", "ending"),
    [
        ({"state": MessageState.STOPPED}, "[stopped]"),
        ({"state": MessageState.INTERRUPTED}, "[interrupted: the program ended]"),
        (
            {"state": MessageState.FAILED, "error": ErrorRecord("stalled", "It fell silent.")},
            "[failed: It fell silent.]",
        ),
    ],
)
def test_show_tells_how_an_answer_ended(
    command: Command, studio_home: Path, fields: dict[str, object], ending: str
) -> None:
    id_, _ = store(studio_home, "Title", "Why?", "Beca", **fields)
    assert command("history", "show", id_).out.endswith(f"Beca\n\n{ending}\n")


def test_an_id_that_begins_another_is_one(command: Command, studio_home: Path) -> None:
    async def take() -> None:
        async with aclosing(HistoryStore(Paths.find(studio_home).history)) as history:
            new = conversations.new("demo", "")
            await history.take([Whole(replace(new, id=id_, title=f"Number {id_}"), Branch()) for id_ in ("c1", "c12")])

    asyncio.run(take())
    assert command("history", "show", "c1").out == "# Number c1\n"
    assert "write more of the id" in command("history", "show", "c").err


def test_show_wants_one_conversation(command: Command, studio_home: Path) -> None:
    for _ in range(17):  # two of them begin with the same hexadecimal digit
        store(studio_home, "Title")
    ids = [line["id"] for line in command("history", "list", "--json").lines]
    shared = next(id_[0] for id_ in ids if sum(other[0] == id_[0] for other in ids) > 1)
    done = command("history", "show", shared)
    assert (done.code, "write more of the id" in done.err) == (2, True)
    done = command("history", "show", "nowhere")
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("There is no conversation “nowhere” in the history.\n→ ")


def test_search(command: Command, studio_home: Path) -> None:
    id_, records = store(studio_home, "Title", "Where is\nthe needle?", "In the hay.")
    store(studio_home, "Other", "Nothing here")
    done = command("history", "search", "need")
    assert re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", done.out) == (
        f"{id_[:8]}  TIME  Title\n    Where is the *needle*?\n"
    )
    (hit,) = command("history", "search", "--json", "the hay").lines
    assert (hit["message_id"], hit["snippet"], hit["conversation_id"]) == (records[1].id, "In the hay.", id_)


def test_an_answer_of_a_program_that_is_gone_is_shown_as_interrupted(command: Command, studio_home: Path) -> None:
    id_, _ = store(studio_home, "Title", "Why?", "", state=MessageState.STREAMING)
    assert command("history", "show", "--json", id_).lines[-1]["state"] == "interrupted"


@pytest.mark.parametrize("arguments", [["list"], ["show", "x"], ["search", "x"]])
def test_a_damaged_file_is_said(command: Command, studio_home: Path, arguments: list[str]) -> None:
    path = Paths.find(studio_home).history
    path.parent.mkdir()
    path.write_bytes(b"not a database " * 1000)
    done = command("history", *arguments)
    assert (done.code, done.out) == (4, "")
    assert "is damaged" in done.err
    assert "Traceback" not in done.err
