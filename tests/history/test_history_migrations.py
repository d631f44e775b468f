"""Files of other versions: older ones are copied and brought up to date, newer ones left alone."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from history.records_for_tests import question
from history.stored import all_of, begin

from chat_studio.errors import StorageError
from chat_studio.history.db import database_errors, open_database
from chat_studio.history.listing import ListQuery
from chat_studio.history.migrations import MIGRATIONS, migrate
from chat_studio.history.store import HistoryStore


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        found: int = db.execute("PRAGMA user_version").fetchone()[0]
        return found


def file_of_version(path: Path, version: int) -> None:
    """A file as a program that knew only so many steps left it, with one message."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, path, MIGRATIONS[:version])
        db.execute(
            "INSERT INTO conversations (id, title, created_at, updated_at, connection_id, model, leaf_id)"
            " VALUES ('c', 'Old', '2024-01-01', '2024-01-01', 'demo', '', 'm')"
        )
        db.execute(
            "INSERT INTO messages (id, conversation_id, created_at, role, parts, text, state, connection_id,"
            " connection_name, model) VALUES ('m', 'c', '2024-01-01T00:00:00+00:00', 'user',"
            """ '[{"type": "text", "text": "an old needle"}]', 'an old needle', 'done', '', '', '')"""
        )


async def test_an_older_file_is_copied_and_brought_up_to_date(store: HistoryStore, path: Path) -> None:
    file_of_version(path, 1)
    assert [hit.message_id for hit in await store.search("needle")] == ["m"]
    copy = path.with_name("history.v1.sqlite3")
    assert (version_of(path), version_of(copy)) == (len(MIGRATIONS), 1)
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT text FROM messages").fetchall() == [("an old needle",)]
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
async def test_what_an_older_file_holds_is_found(store: HistoryStore, path: Path, version: int) -> None:
    file_of_version(path, version)
    for typed in ("needle", "old nee", "ne*", "role:user", "before:2025 needle", "after:2023-12 needle"):
        assert [hit.message_id for hit in await store.search(typed)] == ["m"], typed
    assert [record.id for record in (await store.page()).conversations] == ["c"]
    if version < 4:  # from then on, whoever writes a title writes it folded, too
        assert [record.id for record in (await store.page(ListQuery(title="OLD"))).conversations] == ["c"]


@pytest.mark.parametrize("version", [1, 3])
async def test_deleted_messages_and_other_scripts_of_an_older_file(
    store: HistoryStore, path: Path, version: int
) -> None:
    file_of_version(path, version)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE conversations SET title = 'ÄPFEL'")
        db.execute("UPDATE messages SET text = 'needle 中国'")
        if version == 3:
            db.execute("UPDATE messages SET deleted_at = '2024-02-01'")
    found = ["m"] if version == 1 else []
    assert [hit.message_id for hit in await store.search("中国")] == found
    assert [hit.message_id for hit in await store.search("needle")] == found
    assert [record.id for record in (await store.page(ListQuery(title="apf"))).conversations] == ["c"]


async def test_a_new_file_has_no_copy(store: HistoryStore, path: Path) -> None:
    await all_of(store)
    assert list(path.parent.glob("*.v*")) == []
    assert version_of(path) == len(MIGRATIONS)


async def test_a_newer_file_is_refused_and_left_alone(store: HistoryStore, path: Path) -> None:
    file_of_version(path, len(MIGRATIONS))
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StorageError, match="newer version") as caught:
        await begin(store, connection_id="a", model="")
    assert "Update" in caught.value.hint
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT id FROM conversations").fetchall() == [("c",)]


def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    file_of_version(path, 2)

    def breaks(db: sqlite3.Connection) -> None:
        db.execute("DROP TABLE journal")
        db.execute("NONSENSE")

    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError, match="NONSENSE"):
            migrate(db, path, [*MIGRATIONS[:2], breaks])
        assert db.execute("SELECT count(*) FROM journal").fetchone() == (0,)
    assert version_of(path) == 2
    assert path.with_name("history.v2.sqlite3").exists()


def test_no_step_is_taken_without_its_copy(path: Path) -> None:
    file_of_version(path, 1)
    path.with_name(".history.v1.sqlite3.unfinished").mkdir()
    with pytest.raises(StorageError):
        open_database(path)
    assert version_of(path) == 1


def test_several_programs_start_at_once(path: Path) -> None:
    file_of_version(path, 1)
    program = (
        "import sys, pathlib\n"
        "from chat_studio.history.db import open_database\n"
        "db = open_database(pathlib.Path(sys.argv[1]))\n"
        "print(db.execute('SELECT count(*) FROM search').fetchone()[0])\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert [process.communicate()[0] for process in running] == ["1\n"] * 4


def test_who_comes_second_waits_for_a_long_history(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat_studio.history.db.BUSY_SECONDS", 0.2)
    file_of_version(path, 3)
    with closing(sqlite3.connect(path, isolation_level=None)) as first, ThreadPoolExecutor(1) as thread:
        first.execute("PRAGMA journal_mode = WAL")
        first.execute("BEGIN IMMEDIATE")
        second = thread.submit(lambda: open_database(path).close())
        with pytest.raises(TimeoutError):  # five times as long as others are waited for
            second.result(timeout=1.0)
        first.execute("COMMIT")
        second.result(timeout=60)
    assert version_of(path) == len(MIGRATIONS)


def test_the_first_programs_of_a_new_home_start_at_once(path: Path) -> None:
    program = (
        "import asyncio, sys, pathlib\n"
        "from chat_studio.history.store import HistoryStore\n"
        "async def main():\n"
        "    store = HistoryStore(pathlib.Path(sys.argv[1]))\n"
        "    await store.create_folder('Bread')\n"
        "    await store.aclose()\n"
        "asyncio.run(main())\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, path]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    with closing(open_database(path)) as db, database_errors(path):
        assert db.execute("SELECT count(*) FROM folders").fetchone()[0] == 4


async def test_what_is_stored_survives_being_opened_again(path: Path) -> None:
    for text in ("one", "two"):
        store = HistoryStore(path)
        conversation = await begin(store, connection_id="a", model="")
        await store.append(question(conversation.id, text))
        await store.aclose()
    store = HistoryStore(path)
    assert len(await store.search("one")) == len(await store.search("two")) == 1
    await store.aclose()
