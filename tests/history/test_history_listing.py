"""The list by pages: its order, its filters, and that nothing is told twice or left out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from history.records_for_tests import question
from history.stored import begin

from chat_studio.errors import FolderNotFound
from chat_studio.history.listing import ListQuery, Page
from chat_studio.history.records import Folder
from chat_studio.history.store import HistoryStore


async def made(store: HistoryStore, *titles: str) -> list[str]:
    """Conversations, the oldest first."""
    return [(await begin(store, connection_id="a", model="", title=title)).id for title in titles]


async def titles(store: HistoryStore, query: ListQuery) -> list[str]:
    return [record.title for record in (await store.page(query)).conversations]


async def test_pages_follow_each_other(store: HistoryStore, path: Path) -> None:
    ids = await made(store, *map(str, range(25)))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE conversations SET updated_at = '2026-01-01' WHERE title < '2'")  # many at the same time
    await store.pin([ids[3], ids[20]])
    pages: list[Page] = [await store.page(limit=7)]
    while pages[-1].after is not None:
        pages.append(await store.page(after=pages[-1].after, limit=7))
    told = [record for page in pages for record in page.conversations]
    assert [len(page.conversations) for page in pages] == [7, 7, 7, 4]
    assert {record.id for record in told} == set(ids)
    assert [record.title for record in told[:2]] == ["20", "3"]
    assert tuple(told) == (await store.page()).conversations
    assert await store.count() == 25


async def test_a_last_page_that_is_full_has_no_next_one(store: HistoryStore) -> None:
    await made(store, "1", "2")
    assert (await store.page(limit=2)).after is None


async def test_what_changed_last_is_first(store: HistoryStore) -> None:
    old, _ = await made(store, "old", "new")
    await store.append(question(old, "Again"))
    assert await titles(store, ListQuery()) == ["old", "new"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("apfel", ["Äpfel und Birnen"]),
        ("ÄPFEL", ["Äpfel und Birnen"]),
        ("birn äpf", ["Äpfel und Birnen"]),
        ("οδος", ["Η ΟΔΌΣ"]),
        ("ОБЪ", ["Объект"]),
        ("国人", ["中国人"]),
        ("%", ["100 % sure"]),
        ("_", []),
        ("  ", ["100 % sure", "中国人", "Объект", "Η ΟΔΌΣ", "Äpfel und Birnen"]),
    ],
)
async def test_titles_as_they_are_typed(store: HistoryStore, typed: str, found: list[str]) -> None:
    await made(store, "Äpfel und Birnen", "Η ΟΔΌΣ", "Объект", "中国人", "100 % sure")
    assert await titles(store, ListQuery(title=typed)) == found
    assert await store.count(ListQuery(title=typed)) == len(found)


async def test_a_new_title_is_found(store: HistoryStore) -> None:
    (id_,) = await made(store, "Before")
    await store.retitle(id_, "ÜBER", "user")
    assert await titles(store, ListQuery(title="uber")) == ["ÜBER"]
    assert await titles(store, ListQuery(title="before")) == []


async def test_filters(store: HistoryStore) -> None:
    first, second, third = await made(store, "first", "second", "third")
    folder = await store.create_folder("  My   folder ")
    await store.move([first, second], folder.id)
    await store.tag([second, third], add=["two  words", "b"])
    await store.pin([third])
    await store.archive([second])
    assert await titles(store, ListQuery()) == ["third", "first"]
    assert await titles(store, ListQuery(archived=True)) == ["second"]
    assert await titles(store, ListQuery(archived=None)) == ["third", "second", "first"]
    assert await titles(store, ListQuery(folder_id=folder.id)) == ["first"]
    assert await titles(store, ListQuery(folder_id="")) == ["third"]
    assert await titles(store, ListQuery(tag="two words", archived=None)) == ["third", "second"]
    assert await titles(store, ListQuery(tag="words", archived=None)) == [], "tags are whole"
    assert await titles(store, ListQuery(pinned=False)) == ["first"]
    await store.delete(third)
    assert await titles(store, ListQuery(archived=None)) == ["second", "first"]


async def test_folders_and_tags_are_counted(store: HistoryStore) -> None:
    ids = await made(store, "1", "2", "3", "4")
    zoo, ape = await store.create_folder("zoo"), await store.create_folder("Äpe")
    await store.move(ids, zoo.id)
    await store.tag(ids, add=["x"])
    await store.tag(ids[:1], add=["A"])
    await store.archive(ids[1:2])
    await store.delete(ids[2])
    counted = await store.folder_counts()
    assert [(count.folder, count.conversations) for count in counted] == [(ape, 0), (zoo, 2)]
    assert [(count.tag, count.conversations) for count in await store.tag_counts()] == [("A", 1), ("x", 2)]


async def test_a_folder_that_is_deleted_comes_back_with_what_was_in_it(store: HistoryStore) -> None:
    ids = await made(store, "1", "2", "3")
    folder, other = await store.create_folder("one"), await store.create_folder("other")
    await store.move(ids, folder.id)
    taken_out = await store.delete_folder(folder.id)
    assert set(taken_out) == set(ids)
    assert [record.folder_id for record in (await store.page()).conversations] == ["", "", ""]
    await store.move(ids[:1], other.id)
    await store.put_back_folder(folder, taken_out)
    assert {record.title: record.folder_id for record in (await store.page()).conversations} == {
        "1": other.id,
        "2": folder.id,
        "3": folder.id,
    }


async def test_every_change_is_undone_by_its_inverse(store: HistoryStore) -> None:
    ids = await made(store, "1", "2")
    await store.set_tags(ids[0], ["kept"])
    before = (await store.page()).conversations
    folder = await store.create_folder("one")
    await store.move(ids, folder.id)
    await store.pin(ids)
    await store.archive(ids)
    tags = await store.tag(ids, add=["new", "kept"])
    assert [record.tags for record in (await store.page(ListQuery(archived=True))).conversations] == [
        ("kept", "new"),
        ("kept", "new"),
    ]
    for id_, former in tags.items():
        await store.set_tags(id_, former)
    await store.archive(ids, False)
    await store.pin(ids, False)
    await store.move(ids, "")
    assert (await store.page()).conversations == before


async def test_a_folder_that_is_not_there_is_said(store: HistoryStore) -> None:
    (id_,) = await made(store, "1")
    for refused in (store.move([id_], "x"), store.rename_folder("x", "y"), store.delete_folder("x")):
        with pytest.raises(FolderNotFound):
            await refused
    folder = await store.create_folder("one")
    assert await store.rename_folder(folder.id, " two ") == Folder(folder.id, "two")


async def test_conversations_by_the_beginnings_of_their_ids(store: HistoryStore) -> None:
    ids = await made(store, "1", "2")
    assert [record.id for record in await store.beginning_with(ids[0][:12])] == [ids[0]]
    assert [record.id for record in await store.beginning_with("")] == sorted(ids)
    await store.delete(ids[0])
    assert await store.beginning_with(ids[0]) == []
    assert [record.id for record in await store.beginning_with(ids[0], deleted=True)] == [ids[0]]
