"""Out of a file with destroyed pages comes what the others hold; the damaged one is kept."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from pathlib import Path

import pytest
from durability.content import dump, filled, running
from history.stored import all_of

from chat_studio.errors import StorageError
from chat_studio.history.db import open_database
from chat_studio.history.pages import PageFile
from chat_studio.history.salvage import SIGNATURES
from chat_studio.history.store import HistoryStore

PAGE = 4096
FOLLOWING = {"message_blobs", "message_spans"}
"""Tables that are made anew from the others."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "history.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[HistoryStore]:
    store = HistoryStore(path)
    yield store
    await store.aclose()


def overwrite(path: Path, *pages: int) -> None:
    """Pages by their numbers, from 1."""
    content = bytearray(path.read_bytes())
    for page in pages:
        content[(page - 1) * PAGE : page * PAGE] = os.urandom(PAGE)
    path.write_bytes(content)


def pages_of(path: Path) -> int:
    return path.stat().st_size // PAGE


async def test_the_rows_are_those_that_sqlite_reads(path: Path) -> None:
    """Read page by page: long texts, images on overflow pages, and what only the WAL holds."""
    await filled(path, 20)
    expected = {table: set(rows) for table, rows in dump(path).items()}
    for wal in (False, True):
        db = open_database(path)
        if wal:
            db.execute("UPDATE messages SET text = text || ' and more' WHERE number % 3 = 0")
            expected = {table: set(map(tuple, db.execute(f"SELECT * FROM {table}"))) for table in SIGNATURES}  # noqa: S608
        logged = path.with_name(path.name + "-wal").read_bytes()
        assert bool(logged) == wal
        found = set(PageFile.of(path.read_bytes(), logged).rows())
        db.close()
        for table in SIGNATURES:
            rows = {(None, *row[1:]) if isinstance(row[0], int) else row for row in expected[table]}
            assert rows <= {row for _, row in found}


async def test_every_table_is_thought_of(store: HistoryStore) -> None:
    """A new table needs a signature, or must follow from the others."""
    names = await store._run(
        lambda db: [
            row[0]
            for row in db.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        ]
    )
    assert set(names) == set(SIGNATURES) | FOLLOWING


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_page_is_destroyed_the_rest_is_saved(store: HistoryStore, path: Path, seed: int) -> None:
    await filled(path, 40)
    before = dump(path)
    dice = random.Random(seed)  # noqa: S311
    overwrite(path, *{1: (1,), 2: (2, 3, 4, 5)}.get(seed, dice.sample(range(1, pages_of(path) + 1), 3)))
    damaged = path.read_bytes()
    found = await store.check()
    if not found.is_unreadable:  # pages that are free, or of the search only
        await store.repair()
        assert dump(path)["messages"] == before["messages"]
        return
    assert "destroyed" in found.findings[0].text
    assert path.read_bytes() == damaged
    report = await store.repair()
    assert report.salvaged is not None
    assert report.kept is not None
    assert report.kept.read_bytes() == damaged
    assert "is lost" in report.findings[0].remedy
    assert (await store.check()).needs_repair is False
    after = dump(path)
    assert len(after["messages"]) >= 0.7 * len(before["messages"])
    texts = {row[1]: row[7] for row in before["messages"]}
    assert all(texts[row[1]] == row[7] for row in after["messages"])
    assert await store.search("answer")
    for conversation in await all_of(store):
        await store.thread(conversation.id)


async def test_a_file_without_a_readable_row_gives_an_empty_history(store: HistoryStore, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"This is not a database, but long enough to be one." * 100)
    with pytest.raises(StorageError, match="is damaged"):
        await all_of(store)
    report = await store.repair()
    assert report.salvaged is not None
    assert "0 conversations, 0 messages" in report.findings[0].remedy
    assert await all_of(store) == []


async def test_nothing_is_salvaged_while_another_program_has_the_file(store: HistoryStore, path: Path) -> None:
    await filled(path, 20)
    async with aclosing(HistoryStore(path)) as other:
        await all_of(other)
        with closing(sqlite3.connect(path)) as db:
            root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").fetchone()[0]
        await _overwrite_elsewhere(path, root)
        with pytest.raises(StorageError, match="has the history open"):
            await store.repair()


async def _overwrite_elsewhere(path: Path, page: int) -> None:
    """In another process: closing the file in this one would drop its locks."""
    program = f"f = open({str(path)!r}, 'r+b'); f.seek({(page - 1) * PAGE}); f.write(b'x' * {PAGE})"
    subprocess.run([sys.executable, "-c", program], check=True)


async def test_running_answers_are_salvaged_with_their_journal(store: HistoryStore, path: Path) -> None:
    await filled(path, 20)
    coming = await running(path)
    overwrite(path, 1)
    await store.repair()
    assert (await store.thread(coming.conversation_id))[-1].message.text == "Then it "


async def test_a_salvage_that_was_killed_is_begun_anew(store: HistoryStore, path: Path) -> None:
    await filled(path, 20)
    count = len(dump(path)["messages"])
    overwrite(path, 1)
    shutil.copy(path, path.with_name(".history.salvaged.sqlite3"))
    await store.repair()
    assert len(dump(path)["messages"]) == count
    assert list(path.parent.glob(".*")) == []
