"""A history of any earlier version comes up to date whole, whatever happens meanwhile, and its copy is kept."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import aclosing, closing
from pathlib import Path

import pytest
from durability.old_files import VERSIONS, old_file, old_rows, version_of
from history.stored import all_of

from chat_studio.errors import StorageError
from chat_studio.history.db import database_errors, open_database
from chat_studio.history.migrations import KEPT_COPIES, MIGRATIONS, migrate
from chat_studio.history.records import MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.messages import TextPart

NEWEST = len(MIGRATIONS)
OPEN = """
import pathlib, sys
from chat_studio.history.db import open_database
open_database(pathlib.Path(sys.argv[1])).close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "history.sqlite3"


def copies(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.glob("*.v*"))


@pytest.mark.parametrize("version", VERSIONS)
async def test_everything_is_there_afterwards(path: Path, version: int) -> None:
    old_file(path, version)
    before = old_rows(path)
    open_database(path).close()
    assert (version_of(path), old_rows(path)) == (NEWEST, before)
    copy = path.with_name(f"history.v{version}.sqlite3")
    assert (version_of(copy), old_rows(copy)) == (version, before)
    async with aclosing(HistoryStore(path)) as history:
        assert await history.recover() == 1
        assert (await history.check()).is_clean
        assert {one.id for one in await all_of(history)} == {f"c{number}" for number in range(10)} - {"c1"}
        shown = await history.thread("c2")
        assert (shown[-1].state, shown[-1].message.text) == (MessageState.INTERRUPTED, "half an ans")
        assert {hit.conversation_id for hit in await history.search("needle")} >= {"c0", "c3", "c9"}
        if version >= 3:
            kept = await history.conversation("c3")
            assert (kept.folder_id, kept.tags, kept.pinned, kept.settings.system) == ("f", ("a",), True, "Be brief.")
            assert (await history.desk("c3")).draft == (TextPart(text="draft"),)
            assert await history.image("picture") == b"\x00\xff"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_full_disk_in_the_middle_changes_nothing(path: Path, version: int) -> None:
    old_file(path, version, count=40)
    before = old_rows(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        for more in (0, 1, 3):
            db.execute(f"PRAGMA max_page_count = {pages + more}")
            with pytest.raises(StorageError, match="the disk is full"), database_errors(path):
                migrate(db, path)
            reached = version_of(path)
            assert version <= reached < NEWEST  # each step is whole
            assert old_rows(path) == before
            pages = db.execute("PRAGMA page_count").fetchone()[0]
    open_database(path).close()
    assert (version_of(path), old_rows(path)) == (NEWEST, before)


@pytest.mark.parametrize("version", VERSIONS)
def test_programs_that_start_together_update_it_once(path: Path, version: int) -> None:
    old_file(path, version)
    before = old_rows(path)
    running = [subprocess.Popen([sys.executable, "-c", OPEN, path]) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert (version_of(path), old_rows(path)) == (NEWEST, before)
    assert copies(path) == [f"history.v{version}.sqlite3"]


def test_a_program_that_has_it_open_goes_on(path: Path) -> None:
    """An older program that runs while a newer one starts keeps its reads, and its writes are not lost."""
    old_file(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as older:
        older.execute("SELECT count(*) FROM messages").fetchone()
        open_database(path).close()
        older.execute("UPDATE conversations SET title = 'by the older one' WHERE id = 'c0'")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT title FROM conversations WHERE id = 'c0'").fetchone() == ("by the older one",)


def test_copies_do_not_pile_up(path: Path) -> None:
    old_file(path, 1)
    for version in range(2, NEWEST + 1):
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            migrate(db, path, MIGRATIONS[:version])
    assert copies(path) == [f"history.v{version}.sqlite3" for version in range(NEWEST - KEPT_COPIES, NEWEST)]
