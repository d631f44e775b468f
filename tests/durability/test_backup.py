"""A backup holds everything but keys, and brings it back."""

from __future__ import annotations

import asyncio
import json
import stat
import sys
import zipfile
from contextlib import aclosing
from pathlib import Path

import pytest
from durability.content import change, dump, filled, running
from history.stored import all_of

from chat_studio.backup import folder, restore
from chat_studio.backup.create import WORKSHOP, create
from chat_studio.backup.keyless import with_present_keys, without_keys
from chat_studio.errors import StorageError
from chat_studio.history.records import MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.paths import Paths

KEY = "sk-0123456789abcdefghij"
ENTRY = {
    "id": "lab",
    "name": "Lab",
    "base_url": "https://user:passw0rd@llm.example.org/v1?key=s3cret&x=1",
    "api_key": KEY,
    "headers": {"X-Auth": "hush-hush", "X-Other": KEY, "X-Plain": "kept"},
    "default_parameters": {"top_k": 5},
}
KEYCHAIN = {"id": "cloud", "name": "Cloud", "provider": "openai", "api_key": "keychain:cloud"}
SECRETS = (KEY, "passw0rd", "s3cret", "hush-hush")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find(tmp_path / "studio")


async def furnished(paths: Paths) -> dict[str, list[tuple[object, ...]]]:
    """A home with all that a backup takes along; returns the rows of its history."""
    await filled(paths.history)
    paths.settings.write_text('{"theme": "dark"}')
    write_connections(paths, ENTRY, KEYCHAIN, "no entry at all")
    return dump(paths.history)


def write_connections(paths: Paths, *entries: object) -> None:
    paths.connections.write_text(json.dumps({"connections": entries, "note": "kept"}))


def connections(paths: Paths) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(paths.connections.read_text())["connections"]
    return found


def remains(paths: Paths) -> list[str]:
    """What a backup or a restore should have cleared away."""
    return [file.name for file in paths.data.rglob("*") if file.name.startswith((WORKSHOP, ".restore"))]


async def test_there_and_back_in_an_empty_home(paths: Paths, tmp_path: Path) -> None:
    before = await furnished(paths)
    heard: list[float] = []
    made = create(paths, tmp_path / "elsewhere" / "mine.zip", progress=heard.append)
    assert made.manifest is not None
    assert (made.manifest.conversations, made.manifest.messages) == (3, 27)
    assert heard == sorted(heard)
    assert 0 < heard[0] <= heard[-1] <= 1
    other = Paths.find(tmp_path / "other")
    done = restore.restore(other, made.path)
    assert dump(other.history) == before
    assert json.loads(other.settings.read_text()) == {"theme": "dark"}
    assert done.kept is None
    assert done.without_keys == ("Lab",)
    lab, cloud = connections(other)
    assert lab["api_key"] is None
    assert (lab["base_url"], lab["headers"]) == ("https://llm.example.org/v1?x=1", {"X-Plain": "kept"})
    assert cloud == KEYCHAIN
    assert json.loads(other.connections.read_text())["note"] == "kept"
    assert remains(paths) == remains(other) == []
    async with aclosing(HistoryStore(other.history)) as history:
        assert (await history.check()).is_clean


async def test_a_home_in_the_platforms_own_folders(tmp_path: Path) -> None:
    """Configuration and data apart, as without a home of one's own."""
    paths = Paths(tmp_path / "config", tmp_path / "data", tmp_path / "logs")
    paths.config.mkdir()
    before = await furnished(paths)
    made = create(paths)
    assert made.path.parent == paths.data / "backups"
    change(paths.history, "UPDATE conversations SET title = 'Later'")
    paths.settings.write_text("{}")
    restore.restore(paths, made.path)
    assert dump(paths.history) == before
    assert json.loads(paths.settings.read_text()) == {"theme": "dark"}


async def test_no_key_is_in_the_file(paths: Paths) -> None:
    await furnished(paths)
    paths.secrets.write_text(json.dumps({"cloud": KEY}))
    made = create(paths)
    with zipfile.ZipFile(made.path) as pack:
        content = b"".join(pack.read(name) for name in pack.namelist())
    assert [secret for secret in SECRETS if secret.encode() in content] == []
    if sys.platform != "win32":
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o600


async def test_keys_of_this_computer_stay(paths: Paths) -> None:
    await furnished(paths)
    made = create(paths)
    write_connections(paths, ENTRY | {"name": "Renamed"}, {"id": "new", "name": "New", "provider": "demo"})
    done = restore.restore(paths, made.path)
    assert connections(paths) == [ENTRY, KEYCHAIN]
    assert done.without_keys == ()


def test_a_key_goes_to_no_other_address() -> None:
    present = json.dumps({"connections": [ENTRY]})
    stranger = json.loads(without_keys(present))
    stranger["connections"][0]["base_url"] = "https://elsewhere.example.org"
    text, lacking = with_present_keys(json.dumps(stranger), present)
    assert [secret for secret in SECRETS if secret in text] == []
    assert lacking == ["Lab"]


async def test_the_present_is_kept_and_can_be_restored(paths: Paths) -> None:
    await furnished(paths)
    first = create(paths)
    change(paths.history, "UPDATE conversations SET title = 'Later'")
    later = dump(paths.history)
    done = restore.restore(paths, first.path)
    assert done.kept is not None
    assert dump(paths.history) != later
    restore.restore(paths, done.kept)
    assert dump(paths.history) == later


async def test_a_running_answer_is_in_it_and_comes_back_interrupted(paths: Paths) -> None:
    await filled(paths.history)
    coming = await running(paths.history)
    async with aclosing(HistoryStore(paths.history)) as history:
        writing = asyncio.Event()

        async def write() -> None:
            while not writing.is_set():
                await history.put_place("", "busy")

        busy = asyncio.create_task(write())
        made = await asyncio.to_thread(create, paths)
        writing.set()
        await busy
    restore.restore(paths, made.path)
    async with aclosing(HistoryStore(paths.history)) as history:
        shown = (await history.thread(coming.conversation_id))[-1]
        assert (shown.state, shown.message.text) == (MessageState.INTERRUPTED, "Then it ")
        assert (await history.check()).is_clean


async def test_nothing_is_restored_while_somebody_has_the_history_open(paths: Paths) -> None:
    before = await furnished(paths)
    made = create(paths)
    async with aclosing(HistoryStore(paths.history)) as history:
        await all_of(history)
        with pytest.raises(StorageError, match="has the history open"):
            restore.restore(paths, made.path)
        assert [found.path for found in folder.backups(paths.backups)] == [made.path]
    assert dump(paths.history) == before
    assert remains(paths) == []


async def test_a_damaged_history_is_not_backed_up_and_a_restore_puts_it_aside(paths: Paths) -> None:
    before = await furnished(paths)
    made = create(paths)
    damaged = b"\xa5" * 40_000
    paths.history.write_bytes(damaged)
    with pytest.raises(StorageError, match="damaged"):
        create(paths)
    done = restore.restore(paths, made.path)
    assert dump(paths.history) == before
    (aside,) = paths.history.parent.glob("history.damaged-*.sqlite3")
    assert aside.read_bytes() == damaged
    assert done.kept is not None
    assert remains(paths) == []


async def test_what_cannot_be_read_is_left_out_and_told(paths: Paths) -> None:
    paths.config.mkdir(parents=True)
    paths.connections.write_text('{"connections": [{"api_key": "' + KEY)
    paths.settings.write_bytes(b"\xff\xfe\x00")
    made = create(paths)
    assert made.manifest is not None
    assert len(made.manifest.notes) == 2
    assert made.manifest.parts == {}


async def test_a_file_that_is_there_is_not_overwritten(paths: Paths, tmp_path: Path) -> None:
    target = tmp_path / "mine.zip"
    target.write_text("something else")
    with pytest.raises(StorageError, match="already is a file"):
        create(paths, target)
    assert target.read_text() == "something else"


async def test_giving_up_leaves_nothing_behind(paths: Paths) -> None:
    await furnished(paths)

    class GivenUp(Exception):
        pass

    for limit in (0.0, 0.3, 0.6, 0.95):

        def stop(done: float, limit: float = limit) -> None:
            if done > limit:
                raise GivenUp

        with pytest.raises(GivenUp):
            create(paths, progress=stop)
        assert folder.backups(paths.backups) == []
        assert remains(paths) == []


async def test_an_older_backup_is_brought_up_to_date(paths: Paths, tmp_path: Path) -> None:
    from history.test_history_migrations import file_of_version, version_of

    from chat_studio.history.migrations import MIGRATIONS

    old = Paths.find(tmp_path / "old")
    for version in range(1, len(MIGRATIONS)):
        old.history.unlink(missing_ok=True)
        file_of_version(old.history, version)
        made = create(old)
        restore.restore(paths, made.path)
        assert version_of(paths.history) == len(MIGRATIONS)
        async with aclosing(HistoryStore(paths.history)) as history:
            assert [found.title for found in await all_of(history)] == ["Old"]
