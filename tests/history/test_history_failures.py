"""What the disk and other programs can do to a database, and what the user is told."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import aclosing, closing
from pathlib import Path

import pytest
from history.records_for_tests import question, streaming
from history.stored import all_of, begin

from chat_studio.errors import StorageError
from chat_studio.history import db as database
from chat_studio.history.records import JournalPiece
from chat_studio.history.store import HistoryStore

needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux may mount a small disk"
)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is forbidden here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def overwrite_pages(path: Path) -> None:
    """Leaves the first two pages as they are."""
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))


def take_away(folder: Path) -> None:
    folder.write_text("a file where the folder should be")


@needs_root
async def test_a_full_disk_is_said_and_what_was_stored_stays(small_disk: Path) -> None:
    async with aclosing(HistoryStore(small_disk / "history.sqlite3")) as store:
        conversation = await begin(store, connection_id="a", model="")
        asked = question(conversation.id, "kept")
        coming = streaming(conversation.id, asked)
        await store.append(asked, coming)
        ballast = small_disk / "ballast"
        with pytest.raises(OSError, match="space"):
            ballast.write_bytes(bytes(2_000_000))
        with pytest.raises(StorageError, match="the disk is full") as caught:
            await store.append(question(conversation.id, "x" * 100_000))
        assert "Free some space" in caught.value.hint
        with pytest.raises(StorageError, match="the disk is full"):
            await store.journal(coming, [JournalPiece("text", "x" * 100_000)])
        ballast.unlink()
        assert [record.id for record in await store.thread(conversation.id)] == [asked.id, coming.id]
        await store.journal(coming, [JournalPiece("text", "again")])


@needs_root
async def test_a_disk_that_is_full_from_the_start(small_disk: Path) -> None:
    with pytest.raises(OSError, match="space"):
        (small_disk / "ballast").write_bytes(bytes(2_000_000))
    async with aclosing(HistoryStore(small_disk / "home" / "history.sqlite3")) as store:
        with pytest.raises(StorageError, match="the disk is full"):
            await all_of(store)


@needs_root
async def test_a_history_on_a_full_disk_is_read_and_written_when_there_is_room(small_disk: Path) -> None:
    path = small_disk / "history.sqlite3"
    async with aclosing(HistoryStore(path)) as store:
        await begin(store, connection_id="a", model="", title="before")
    ballast = small_disk / "ballast"
    with pytest.raises(OSError, match="space"):
        ballast.write_bytes(bytes(2_000_000))
    async with aclosing(HistoryStore(path)) as store:
        assert [found.title for found in await all_of(store)] == ["before"]
        with pytest.raises(StorageError, match="the disk is full"):
            await begin(store, connection_id="a", model="")
        ballast.unlink()
        await begin(store, connection_id="a", model="", title="after")
        assert {found.title for found in await all_of(store)} == {"before", "after"}


@needs_root
async def test_a_history_on_a_read_only_disk_is_read(small_disk: Path) -> None:
    path = small_disk / "history.sqlite3"
    async with aclosing(HistoryStore(path)) as store:
        await begin(store, connection_id="a", model="", title="before")
    make_read_only(small_disk)
    async with aclosing(HistoryStore(path)) as store:
        assert [found.title for found in await all_of(store)] == ["before"]
        with pytest.raises(StorageError, match="read-only") as caught:
            await begin(store, connection_id="a", model="")
    assert "--home" in caught.value.hint


async def test_a_database_at_its_limit_is_a_full_disk(store: HistoryStore) -> None:
    conversation = await begin(store, connection_id="a", model="")
    await store._run(lambda db: db.execute("PRAGMA max_page_count = 1").fetchall())
    with pytest.raises(StorageError, match="the disk is full"):
        await store.append(question(conversation.id, "x" * 1_000_000))
    assert await store.thread(conversation.id) == []


@pytest.mark.parametrize(
    "content", [b"This is not a database, but long enough to be one." * 100, b"SQLite format 3\0" * 400]
)
async def test_a_damaged_file_is_said_and_never_overwritten(store: HistoryStore, path: Path, content: bytes) -> None:
    write(path, content)
    for _ in range(2):
        with pytest.raises(StorageError, match="is damaged") as caught:
            await all_of(store)
    assert "history check --repair" in caught.value.hint
    assert await asyncio.to_thread(path.read_bytes) == content


async def test_damage_inside_is_said(store: HistoryStore, path: Path) -> None:
    conversation = await begin(store, connection_id="a", model="")
    await store.append(*(question(conversation.id, f"{number} " * 2000) for number in range(50)))
    await store.aclose()
    overwrite_pages(path)
    async with aclosing(HistoryStore(path)) as again:
        with pytest.raises(StorageError, match="is damaged"):
            await again.thread(conversation.id)


async def test_a_program_that_holds_the_file_for_long(
    store: HistoryStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    await all_of(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="in use by another program"):
            await begin(store, connection_id="a", model="")
        other.execute("ROLLBACK")
    await begin(store, connection_id="a", model="")


async def test_a_folder_in_the_way(store: HistoryStore, path: Path) -> None:
    write(path / "something", b"")
    with pytest.raises(StorageError, match="could not be written"):
        await all_of(store)


async def test_a_refusal_is_no_end(store: HistoryStore, path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        await all_of(store)
    path.parent.unlink()
    assert await all_of(store) == []
