"""The backup that the program makes by itself: once a day, when something changed, seven of them."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from durability.content import filled
from history.stored import all_of

from chat_studio.backup import daily, folder, restore, service
from chat_studio.backup.create import WORKSHOP, create
from chat_studio.errors import StorageError, StudioError
from chat_studio.paths import Paths
from chat_studio.studio import Studio

DAY = timedelta(days=1)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find(tmp_path / "studio")


def touch(path: Path, when: datetime) -> None:
    os.utime(path, (when.timestamp(), when.timestamp()))


async def test_one_is_due_when_a_day_has_passed_and_something_changed(paths: Paths) -> None:
    now = datetime.now(UTC)
    assert not daily.is_due(paths, now)
    await filled(paths.history)
    assert daily.is_due(paths, now)
    assert daily.make_if_due(paths) is not None
    assert daily.make_if_due(paths) is None
    touch(paths.history, now - DAY)
    assert not daily.is_due(paths, now + 2 * DAY)
    touch(paths.history, now + timedelta(hours=1))
    assert not daily.is_due(paths, datetime.now().astimezone().replace(hour=23, minute=59, second=59))
    assert daily.is_due(paths, now + DAY)


async def test_a_backup_of_the_user_is_no_automatic_one(paths: Paths) -> None:
    await filled(paths.history)
    create(paths)
    assert daily.is_due(paths, datetime.now(UTC))


async def test_seven_are_kept_and_none_of_the_users_is_removed(paths: Paths) -> None:
    await filled(paths.history, 1)
    own = [create(paths).path for _ in range(3)]
    made = [create(paths, kind="automatic").path for _ in range(10)]
    renamed = made[0].rename(paths.backups / "before the holidays.zip")
    (paths.backups / "automatic-not-a-backup.zip").write_text("something of the user's")
    folder.remove_old(paths.backups, "automatic")
    kept = {path.name for path in paths.backups.glob("*.zip")}
    assert kept == {path.name for path in (*own, *made[3:], renamed)} | {"automatic-not-a-backup.zip"}


async def test_of_two_programs_one_makes_it(paths: Paths) -> None:
    await filled(paths.history)
    done = await asyncio.gather(*(asyncio.to_thread(daily.make_if_due, paths) for _ in range(4)))
    assert sum(made is not None for made in done) == 1
    assert len(folder.backups(paths.backups)) == 1


@pytest.mark.parametrize(("hour", "seconds"), [(0, 24 * 3600.0), (23, 3600.0)])
def test_the_next_day_begins_at_midnight(hour: int, seconds: float) -> None:
    assert daily.seconds_to_tomorrow(datetime(2026, 3, 1, hour, tzinfo=UTC)) == seconds


class Asked:
    """Whether backups are wanted, as often as it was asked."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self.times = 0
        self.enough = asyncio.Event()

    def __call__(self) -> bool:
        self.times += 1
        if self.times == 3:
            self.enough.set()
        return self.wanted


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "START_SECONDS", 0)
    monkeypatch.setattr(service, "LOOK_SECONDS", 0)
    monkeypatch.setattr(daily, "seconds_to_tomorrow", lambda now: 0)


async def looked_three_times(studio: Studio, asked: Asked) -> list[StudioError]:
    told: list[StudioError] = []
    running = asyncio.create_task(studio.backups.keep_daily(asked, told.append))
    await asked.enough.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await studio.aclose()
    return told


@pytest.mark.parametrize("wanted", [True, False])
async def test_it_is_made_while_the_program_runs_if_it_is_wanted(paths: Paths, at_once: None, wanted: bool) -> None:
    await filled(paths.history)
    assert await looked_three_times(Studio.build(paths), Asked(wanted)) == []
    assert len(folder.backups(paths.backups)) == wanted


async def test_a_failure_is_told_once(paths: Paths, at_once: None) -> None:
    await filled(paths.history)
    paths.backups.write_text("a file where the folder should be")
    told = await looked_three_times(Studio.build(paths), Asked(wanted=True))
    assert [type(error) for error in told] == [StorageError]


async def test_one_that_is_given_up_leaves_nothing(paths: Paths) -> None:
    await filled(paths.history, 20)
    studio = Studio.build(paths)
    loop, begun = asyncio.get_running_loop(), asyncio.Event()
    making = asyncio.create_task(studio.backups.create(progress=lambda done: loop.call_soon_threadsafe(begun.set)))
    await begun.wait()
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert [file for file in paths.backups.iterdir() if not file.name.startswith("backup-")] == []
    await studio.aclose()


async def test_a_restore_that_is_given_up_changes_nothing(paths: Paths) -> None:
    await filled(paths.history, 20)
    studio = Studio.build(paths)
    made = await studio.backups.create()
    loop, begun = asyncio.get_running_loop(), asyncio.Event()
    going_on = threading.Event()

    def wait(done: float) -> None:
        loop.call_soon_threadsafe(begun.set)
        going_on.wait()

    preparing = asyncio.create_task(studio.backups.prepare_restore(made.path, wait))
    await begun.wait()
    preparing.cancel()
    await asyncio.sleep(0)
    going_on.set()
    with pytest.raises(asyncio.CancelledError):
        await preparing
    assert not paths.prepared_restore.exists()
    assert [file.name for file in paths.data.iterdir() if file.name.startswith(WORKSHOP)] == []
    assert len(await all_of(studio.history)) == 20
    await studio.aclose()


async def test_the_window_prepares_and_the_next_start_restores(paths: Paths) -> None:
    await filled(paths.history, 2)
    studio = Studio.build(paths)
    made = await studio.backups.create()
    assert [found.path for found in await studio.backups.list()] == [made.path]
    for conversation in await all_of(studio.history):
        await studio.history.delete(conversation.id)
    prepared = await studio.backups.prepare_restore(made.path)
    assert prepared.kept is not None
    assert await all_of(studio.history) == []
    await studio.aclose()
    assert restore.finish(paths)
    assert not restore.finish(paths)
    again = Studio.build(paths)
    assert len(await all_of(again.history)) == 2
    await again.aclose()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
async def test_backups_are_for_their_owner(paths: Paths) -> None:
    await filled(paths.history, 1)
    made = daily.make_if_due(paths)
    assert made is not None
    assert made.path.stat().st_mode & 0o077 == 0
