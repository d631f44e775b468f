"""What search finds: scripts without spaces, filters, deleted messages, pages; and its indexes keep in step."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from history.records_for_tests import answer, question
from history.stored import begin

from chat_studio.history.query import SearchQuery
from chat_studio.history.records import MessageRecord
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Message, Role

UNSPACED = (
    "今天天气很好，我想学习中国",
    "使用python编程的教程",
    "東京タワーの入場料はいくらですか",
    "한국어 문법을 가르쳐 주세요",
    "ภาษาไทยไม่มีช่องว่าง",
    "plain python, no other script",
    "Grüße aus 北京 und café",
)


async def stored(store: HistoryStore, *texts: str) -> list[str]:
    """The ids of new messages in a new conversation."""
    conversation = await begin(store, connection_id="a", model="", title="Title")
    records = [question(conversation.id, text) for text in texts]
    await store.append(*records)
    return [record.id for record in records]


async def found(store: HistoryStore, query: SearchQuery | str) -> set[str]:
    return {hit.message_id for hit in await store.search(query)}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("天气", {0}),
        ("天", {0}),
        ("国", {0}),
        ("中国", {0}),
        ("国中", set()),
        ("我想学习中国", {0}),
        ("天气 中国", {0}),
        ("天气 东京", set()),
        ("python", {1, 5}),
        ("pyth", {1, 5}),
        ("python 教程", {1}),
        ("教程 pyth", {1}),
        ("python编程", {1}),
        ('"编程的教"', {1}),
        ("タワー", {2}),
        ("か", {2}),
        ("한국", {3}),
        ("문법", {3}),
        ("요", {3}),
        ("ไทย", {4}),
        ("北京", {6}),
        ("cafe", {6}),
        ("aus 北京", {6}),
        ("au 北京", set()),
        ("no", {5}),
        ("龘", set()),
    ],
)
async def test_scripts_without_spaces(store: HistoryStore, typed: str, expected: set[int]) -> None:
    ids = await stored(store, *UNSPACED)
    assert {ids.index(id_) for id_ in await found(store, typed)} == expected


@pytest.mark.parametrize(
    ("typed", "snippet"),
    [
        ("天气", "今天<天气>很好，我想学习中国"),
        ("国", "今天天气很好，我想学习中<国>"),
        ("python", "使用<python>编程的教程"),
        ("grusse", ""),
        ("grüße cafe", "<Grüße> aus 北京 und <café>"),
        ("한국", "<한국>어 문법을 가르쳐 주세요"),
    ],
)
async def test_matches_are_marked(store: HistoryStore, typed: str, snippet: str) -> None:
    await stored(store, *(text for text in UNSPACED if not text.startswith("plain")))
    hits = await store.search(typed)
    assert [hit.snippet.replace("\x02", "<").replace("\x03", ">") for hit in hits] == ([snippet] if snippet else [])


async def test_a_snippet_is_a_piece_of_a_long_text(store: HistoryStore) -> None:
    before, after = "lorem ipsum " * 500, " dolor sit" * 500
    await stored(store, f"needle {before}needle\n\n  thread{after}")
    (hit,) = await store.search("needle thread")
    assert "\x02needle\x03 \x02thread\x03 dolor" in hit.snippet
    assert (hit.snippet[0], hit.snippet[-1], len(hit.snippet) < 200) == ("…", "…", True)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("wor* done", {"work is done", "words done"}),
        ('"is do"*', {"work is done"}),
        ('"is do', {"work is done"}),
        ('"is do"', set()),
        ("done", {"work is done", "words done"}),
        ('"done" "wor"', set()),
        ("model:", set()),
        ("role:xyz", set()),
        ('"role:user"', {"role user"}),
        ("std::vector", {"std::vector"}),
        ("a_name", {"a_name of two"}),
    ],
)
async def test_words_as_they_are_typed(store: HistoryStore, typed: str, expected: set[str]) -> None:
    texts = ["work is done", "words done", "role user", "std::vector", "a_name of two"]
    ids = await stored(store, *texts)
    assert {texts[ids.index(id_)] for id_ in await found(store, typed)} == expected


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("a model:gpt-4o b", SearchQuery("a b", model="gpt-4o")),
        ("Role:Assistant x", SearchQuery("x", role=Role.ASSISTANT)),
        ('folder:"My folder" "a b"', SearchQuery('"a b"', folder="My folder")),
        ('folder:"My fol', SearchQuery(folder="My fol")),
        ("after:2026-01-31 before:2026-03", SearchQuery(after=date(2026, 1, 31), before=date(2026, 3, 1))),
        ("after:2026-0 x", SearchQuery("x")),
        ("after:someday", SearchQuery("after:someday")),
        ("in:title tag:x archived:all y", SearchQuery("y", tag="x", in_title=True, archived=None)),
        ("in:here", SearchQuery("in:here")),
        ('"model:x"', SearchQuery('"model:x"')),
        ("“a b” c", SearchQuery('"a b" c')),
    ],
)
def test_filters_as_they_are_typed(typed: str, query: SearchQuery) -> None:
    assert SearchQuery.typed(typed) == query
    assert SearchQuery.typed(str(query)) == query


async def test_filters(store: HistoryStore, path: Path) -> None:
    one = await begin(store, connection_id="a", model="", title="The Äpfel title")
    two = await begin(store, connection_id="a", model="", title="Other")
    asked, told = question(one.id, "needle one"), question(two.id, "needle two")
    answered = answer(one.id, "needle three", asked, model="gpt-4o-mini")
    system = MessageRecord("system", two.id, None, Message.of(Role.SYSTEM, "needle four"), asked.created_at)
    await store.append(asked, answered)
    await store.append(told, system)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE messages SET created_at = '2020-05-05T12:00:00.000000+00:00' WHERE id = ?", (told.id,))
        db.execute("DELETE FROM message_spans")
        db.execute("INSERT INTO message_spans SELECT number / 1024, min(created_at), max(created_at) FROM messages")
    folder = await store.create_folder("My folder")
    await store.move([two.id], folder.id)
    await store.tag([one.id], add=["Übung"])
    everything = {asked.id, answered.id, told.id, system.id}
    for typed, expected in {
        "needle": everything,
        "needle role:user": {asked.id, told.id},
        "needle role:system": {system.id},
        "needle role:tool": set(),
        "needle model:GPT-4o": {answered.id},
        "needle model:claude": set(),
        'needle folder:"my FOLDER"': {told.id, system.id},
        "needle folder:none": set(),
        "needle tag:ubung": {asked.id, answered.id},
        "needle tag:none": set(),
        "needle before:2021": {told.id},
        "needle after:2020-05-05 before:2020-05-06": {told.id},
        "needle after:2021": everything - {told.id},
        "needle before:2019": set(),
        "needle after:9999": set(),
        "needle after:0001-01-01": everything,
        "role:user": {asked.id, told.id},
        "before:2021": {told.id},
        "in:title apf": {""},
        "in:title other apf": set(),
        "in:title": set(),
        "in:title tit folder:none": set(),
    }.items():
        assert await found(store, typed) == expected, typed
        assert await store.count_hits(typed) == len(expected), typed
    (hit,) = await store.search("in:title apf")
    assert (hit.conversation_id, hit.snippet) == (one.id, "The \x02Äpfel\x03 title")
    assert await store.models() == ["gpt-4o-mini"]


async def test_archived_and_deleted_conversations_are_left_out(store: HistoryStore) -> None:
    ids = [(await store.search(f"{number}"), await stored(store, f"needle {number}"))[1][0] for number in range(3)]
    kept, archived, deleted = [hit.conversation_id for hit in reversed(await store.search("needle"))]
    await store.archive([archived])
    await store.delete(deleted)
    assert await found(store, "needle") == {ids[0]}
    assert await found(store, "needle archived:yes") == {ids[1]}
    assert await found(store, "needle archived:all") == {ids[0], ids[1]}
    assert kept


async def test_deleted_messages_are_not_found_until_they_are_back(store: HistoryStore, path: Path) -> None:
    (id_,) = await stored(store, "needle 天气")
    conversation_id = (await store.search("needle"))[0].conversation_id
    await store.mark_deleted(conversation_id, id_, deleted=True, leaf_id=None)
    assert await found(store, "needle") == await found(store, "天气") == set()
    assert is_whole(path)
    await store.mark_deleted(conversation_id, id_, deleted=False, leaf_id=id_)
    assert await found(store, "needle") == await found(store, "天气") == {id_}
    assert is_whole(path)


async def test_a_message_beside_the_branch_that_is_shown_is_found(store: HistoryStore) -> None:
    ids = await stored(store, "needle in one branch", "another branch")
    assert [hit.message_id for hit in await store.search("needle")] == [ids[0]]


async def test_the_newest_first_and_on_from_the_last_one(store: HistoryStore) -> None:
    ids = await stored(store, *(f"same {number} 天" for number in range(7)))
    for typed in ("same", "天", "role:user"):
        first = await store.search(typed, 4)
        assert [hit.message_id for hit in first] == ids[:2:-1]
        rest = await store.search(typed, 4, below=first[-1].number)
        assert [hit.message_id for hit in rest] == ids[2::-1]
    assert await store.count_hits("same", most=5) == 5


async def test_many_and_few_conversations_in_a_folder_are_found_alike(
    store: HistoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stored(store, "needle outside")
    (inside,) = await stored(store, "needle inside")
    folder = await store.create_folder("one")
    await store.move([(await store.search("inside"))[0].conversation_id], folder.id)
    for few in (0, 1000):
        monkeypatch.setattr("chat_studio.history.narrowing.FEW_CONVERSATIONS", few)
        assert await found(store, "needle folder:one") == {inside}


async def test_many_and_few_answers_of_a_model_are_found_alike(
    store: HistoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await begin(store, connection_id="a", model="")
    asked = question(conversation.id, "needle")
    answers = [answer(conversation.id, "needle", asked, model=model) for model in ("m-1", "other", "m-2")]
    await store.append(asked, *answers)
    for few in (0, 10_000):
        monkeypatch.setattr("chat_studio.history.narrowing.FEW_MESSAGES", few)
        assert await found(store, "needle model:m-") == {answers[0].id, answers[2].id}


async def test_the_indexes_keep_in_step(store: HistoryStore, path: Path) -> None:
    conversation = await begin(store, connection_id="a", model="")
    asked = question(conversation.id, "question 天气")
    growing = answer(conversation.id, "", asked)
    await store.append(asked, growing)
    await store.finish(answer_of(growing, "answer 中国"))
    assert is_whole(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM messages WHERE id = ?", (asked.id,))
        for table in ("search", "search_unspaced"):
            assert db.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH '天气*'").fetchone() == (0,)  # noqa: S608
    assert is_whole(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO search (search) VALUES ('rebuild')")
        db.execute("INSERT INTO search_unspaced (search_unspaced) VALUES ('rebuild')")
    assert await found(store, "中国") == await found(store, "answer") == {growing.id}


def answer_of(record: MessageRecord, text: str) -> MessageRecord:
    return MessageRecord(
        record.id, record.conversation_id, record.parent_id, Message.of(Role.ASSISTANT, text), record.created_at
    )


def is_whole(path: Path) -> bool:
    """Whether the full-text tables agree with the messages; an error tells that they do not."""
    with closing(sqlite3.connect(path)) as db, db:
        for table in ("search", "search_unspaced"):
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
    return True


async def test_a_cancelled_search_ends_and_delays_nothing(store: HistoryStore, path: Path) -> None:
    """Some 10^12 rows would be read if it went on."""
    (id_,) = await stored(store, "needle")
    running = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless(db: sqlite3.Connection) -> None:
        loop.call_soon_threadsafe(running.set)
        db.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000)"
            " SELECT count(*) FROM n"
        ).fetchall()

    searching = asyncio.create_task(store._searches.run(endless))
    await running.wait()
    waiting = asyncio.create_task(store.search("needle"))
    await store.append(question((await begin(store, connection_id="a", model="")).id, "written meanwhile"))
    while not searching.done():  # an interruption just before the statement begins meets nothing
        searching.cancel()
        await asyncio.wait([searching], timeout=0.01)
    assert searching.cancelled()
    assert [hit.message_id for hit in await waiting] == [id_]
