"""A disk without room, under everything that the program writes: it goes on, says so, and stores later what it could
not store. Real disks: a small one is mounted, where that is allowed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chat.heard import Heard
from chat.scripted import Scripted, Source
from durability.content import dump, filled, running
from history.stored import all_of

from chat_studio.backup import folder
from chat_studio.backup.create import WORKSHOP, create
from chat_studio.backup.restore import restore
from chat_studio.chat.changes import JournalFailed, MessageChanged
from chat_studio.chat.engine import Engine
from chat_studio.chat.retry import Retry
from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StorageError
from chat_studio.events import Finished, TextDelta
from chat_studio.exchange.export import ExportWish, export
from chat_studio.exchange.formats import export_format
from chat_studio.history.records import MessageState
from chat_studio.history.runner import Runner
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FinishReason, TextPart
from chat_studio.paths import Paths
from chat_studio.settings import SettingsStore

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux may mount a small disk"
)
LONG = "much to say " * 40_000


class Disk:
    """Four megabytes, of which something is free or nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        self._ballast.unlink()

    def read_only(self, yes: bool) -> None:
        subprocess.run(["mount", "-o", f"remount,{'ro' if yes else 'rw'}", self.folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is forbidden here")
    yield Disk(folder)
    subprocess.run(["umount", folder], check=True)


async def test_an_answer_outlives_a_full_disk(disk: Disk) -> None:
    """It is shown to its end, its failure is told once, and it is stored when there is room."""
    paths = Paths.find(disk.folder)
    history = HistoryStore(paths.history)
    half, go = asyncio.Event(), asyncio.Event()
    steps = (TextDelta("It begins. "), half.set, go, TextDelta(LONG), Finished(FinishReason.STOP))
    sessions = Sessions(history, Source(talker=Scripted(steps)), Engine(Retry()))
    session = await sessions.new("talker")
    heard = Heard(session)
    await session.send("Tell me much")
    await half.wait()
    disk.fill()
    go.set()
    await session.wait()
    assert session.records[-1].message.text == f"It begins. {LONG}"
    assert session.records[-1].state is MessageState.DONE
    assert heard.names.count("JournalFailed") >= 1
    failure = next(change for change in heard if isinstance(change, JournalFailed))
    assert "disk is full" in failure.error.message
    assert any(isinstance(change, MessageChanged) for change in heard)
    assert session.unfinished
    with pytest.raises(StorageError, match="disk is full"):
        await session.send("More?")
    assert len(session.records) == 2
    disk.empty()
    await session.send("More?")
    await session.wait()
    await sessions.aclose()
    shown = await history.thread(session.conversation.id)
    assert [record.message.text for record in shown][:3] == ["Tell me much", f"It begins. {LONG}", "More?"]
    assert (await history.check()).is_clean
    await history.aclose()


async def test_an_answer_that_could_not_be_stored_is_stored_at_the_end(disk: Disk) -> None:
    paths = Paths.find(disk.folder)
    history = HistoryStore(paths.history)
    begun, go = asyncio.Event(), asyncio.Event()
    script = Scripted((begun.set, go, TextDelta(LONG), Finished(FinishReason.STOP)))
    sessions = Sessions(history, Source(talker=script), Engine(Retry()))
    session = await sessions.new("talker")
    await session.send("Tell me much")
    await begun.wait()
    disk.fill()
    go.set()
    await session.wait()
    disk.empty()
    await sessions.aclose()
    assert (await history.thread(session.conversation.id))[-1].message.text == LONG
    await history.aclose()


async def test_drafts_settings_and_exports_say_so_and_what_was_there_stays(disk: Disk) -> None:
    paths = Paths.find(disk.folder)
    settings = SettingsStore(paths.settings)
    before = settings.save(settings.load().model_copy(update={"theme": "dark"}))
    (stored, *_) = await filled(paths.history)
    coming = await running(paths.history)
    history = HistoryStore(paths.history)
    await history.ids()
    disk.fill()
    draft = (TextPart(text=LONG),)
    wish = ExportWish(export_format("json"), disk.folder / "out.json", (stored.id, coming.conversation_id))
    with pytest.raises(StorageError, match="disk is full"):
        await history.put_draft(stored.id, draft)
    with pytest.raises(StorageError, match="disk is full"):
        settings.save(before.model_copy(update={"theme": "light", "window_layout": "x" * 10_000}))
    with pytest.raises(StorageError, match="disk is full"):
        await export(history, wish)
    assert SettingsStore(paths.settings).load().theme == "dark"
    assert (await history.desk(stored.id)).draft == (TextPart(text="not sent"),)
    assert not (disk.folder / "out.json").exists()
    disk.empty()
    await history.put_draft(stored.id, draft)
    assert settings.save(before.model_copy(update={"theme": "light"})).theme == "light"
    await export(history, wish)
    assert (await history.desk(stored.id)).draft == draft
    await history.aclose()


async def test_a_backup_that_has_no_room_leaves_nothing(disk: Disk) -> None:
    paths = Paths.find(disk.folder)
    await filled(paths.history)
    before = dump(paths.history)
    made = create(paths)
    disk.fill()
    with pytest.raises(StorageError, match="disk is full"):
        create(paths)
    with pytest.raises(StorageError, match=r"room|full"):
        restore(paths, made.path)
    assert [found.path for found in folder.backups(paths.backups)] == [made.path]
    assert [file for file in disk.folder.rglob("*") if file.name.startswith(WORKSHOP)] == []
    disk.empty()
    assert dump(paths.history) == before
    assert not paths.prepared_restore.exists()


async def test_a_backup_to_another_disk_works_while_the_own_one_is_full(disk: Disk, tmp_path: Path) -> None:
    paths = Paths.find(disk.folder)
    await filled(paths.history)
    disk.fill()
    made = create(paths, tmp_path / "elsewhere.zip")
    assert made.manifest is not None
    assert made.manifest.messages == 27


async def test_a_repair_without_room_changes_nothing(disk: Disk) -> None:
    paths = Paths.find(disk.folder)
    await filled(paths.history)
    history = HistoryStore(paths.history)
    await history._run(lambda db: db.execute("UPDATE conversations SET leaf_id = 'nowhere'"))
    disk.fill()
    with pytest.raises(StorageError, match="disk is full"):
        await history.repair()
    assert [finding.kind for finding in (await history.check()).findings] == ["leaf"]
    disk.empty()
    await history.repair()
    assert (await history.check()).is_clean
    await history.aclose()


def test_a_read_only_disk_is_told_without_the_name_of_a_lock(disk: Disk) -> None:
    disk.read_only(True)
    with pytest.raises(StorageError, match=f"^{disk.folder.name} could not be written"):
        Runner(disk.folder / "running").begin()


async def test_a_read_only_disk(disk: Disk) -> None:
    paths = Paths.find(disk.folder)
    await filled(paths.history)
    settings = SettingsStore(paths.settings)
    before = settings.save(settings.load().model_copy(update={"theme": "dark"}))
    made = create(paths)
    disk.read_only(True)
    history = HistoryStore(paths.history)
    assert len(await all_of(history)) == 3
    with pytest.raises(StorageError, match="read-only"):
        await history.put_draft("", (TextPart(text="new"),))
    with pytest.raises(StorageError, match="read-only"):
        settings.save(before.model_copy(update={"theme": "light"}))
    with pytest.raises(StorageError, match="read-only"):
        create(paths)
    with pytest.raises(StorageError, match="read-only"):
        restore(paths, made.path)
    with pytest.raises(StorageError, match="read-only"):
        await history.repair()
    assert settings.load().theme == "dark"
    disk.read_only(False)
    assert len(await all_of(history)) == 3
    await history.aclose()
