"""`history check` and `backup`, as they are typed."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.program import Done
from cli.program import run as start_and_wait
from durability.content import change, filled, running

from chat_studio.backup.restore import prepare
from chat_studio.cli.main import run
from chat_studio.paths import Paths

Command = Callable[..., Done]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    def call(*arguments: object) -> Done:
        code = run([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return Done(code, written.out, written.err)

    return call


@pytest.fixture
def paths(home: Path) -> Paths:
    return Paths.find(home / "studio")


def test_a_sound_history_is_said_so(command: Command, paths: Paths) -> None:
    assert command("history", "check") == Done(0, "The history is sound.\n", "")
    asyncio.run(filled(paths.history))
    assert command("history", "check", "--repair") == Done(0, "The history is sound.\n", "")
    assert command("history", "check", "--json") == Done(0, "", "")


def test_damage_is_told_then_mended(command: Command, paths: Paths) -> None:
    asyncio.run(filled(paths.history))
    asyncio.run(running(paths.history))
    change(paths.history, "UPDATE conversations SET leaf_id = 'nowhere' WHERE title != 'Cut short'")
    done = command("history", "check")
    assert done.code == 4
    assert "3 conversations show a message that they do not have.\n  → They show their last message." in done.out
    assert "An answer was coming when its program ended." in done.out
    assert done.out.endswith("To mend it: chat-studio history check --repair\n")
    kinds = [line["kind"] for line in command("history", "check", "--json").lines]
    assert kinds == ["leaf", "abandoned"]
    done = command("history", "check", "--repair")
    assert done.code == 0
    assert "  ✓ They show their last message." in done.out
    assert "is kept: " in done.err
    assert command("history", "check").code == 0


def test_a_destroyed_file_is_salvaged(command: Command, paths: Paths) -> None:
    asyncio.run(filled(paths.history))
    content = paths.history.read_bytes()
    paths.history.write_bytes(bytes(4096) + content[4096:])
    assert command("history", "list").code == 4
    done = command("history", "check")
    assert (done.code, "are destroyed" in done.out) == (4, True)
    done = command("history", "check", "--repair")
    assert done.code == 0
    assert "saved into a new file: 3 conversations, 27 messages" in done.out
    assert len(command("history", "list").out.splitlines()) == 3


def test_a_backup_there_and_back(command: Command, paths: Paths, tmp_path: Path) -> None:
    asyncio.run(filled(paths.history))
    assert command("backup", "list") == Done(0, "", "")
    target = tmp_path / "mine.zip"
    done = command("backup", "create", target)
    assert (done.code, done.out) == (0, f"{target}\n3 conversations, 27 messages\n")
    assert command("backup", "create", target).code == 4
    (made,) = command("backup", "create", "--json").lines
    assert made["kind"] == "user"
    assert Path(made["path"]).name in command("backup", "list").out
    change(paths.history, "UPDATE conversations SET deleted_at = updated_at")
    assert command("history", "list").out == ""
    done = command("backup", "restore", Path(made["path"]).name, "--yes")
    assert (done.code, done.out[:26]) == (0, "Restored 3 conversations o")
    assert "is kept: " in done.err
    assert len(command("history", "list").out.splitlines()) == 3
    assert [line["kind"] for line in command("backup", "list", "--json").lines] == ["before-restore", "user"]


def test_missing_keys_are_told(command: Command, paths: Paths, tmp_path: Path) -> None:
    paths.config.mkdir(parents=True)
    entry = {"id": "lab", "name": "Lab", "base_url": "https://llm.example.org", "api_key": "sk-0123456789abcdef"}
    paths.connections.write_text(json.dumps({"connections": [entry]}))
    target = tmp_path / "mine.zip"
    command("backup", "create", target)
    done = command("--home", tmp_path / "other", "backup", "restore", target, "--yes")
    assert (done.code, "“Lab” needs its key again" in done.err) == (0, True)


def test_what_is_no_backup(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "letter.zip"
    path.write_text("Dear Sir or Madam")
    done = command("backup", "restore", path, "--yes")
    assert (done.code, done.out) == (4, "")
    assert "letter.zip is no backup that can be used" in done.err
    assert command("backup", "restore", "nowhere.zip", "--yes").code == 4


async def test_without_an_answer_nothing_is_restored(paths: Paths) -> None:
    await filled(paths.history)
    made = await start_and_wait("backup", "create")
    done = await start_and_wait("backup", "restore", made.out.splitlines()[0], stdin="n\n")
    assert (done.code, done.out) == (130, "")


async def test_a_prepared_restore_is_finished_by_the_next_start(paths: Paths) -> None:
    await filled(paths.history)
    made = (await start_and_wait("backup", "create")).out.splitlines()[0]
    change(paths.history, "UPDATE conversations SET deleted_at = updated_at")
    prepare(paths, Path(made))
    assert len((await start_and_wait("history", "list")).out.splitlines()) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="a folder cannot be replaced by a file there")
async def test_a_restore_that_cannot_be_finished_is_told_and_given_up(paths: Paths) -> None:
    await filled(paths.history)
    made = (await start_and_wait("backup", "create")).out.splitlines()[0]
    prepare(paths, Path(made))
    (paths.prepared_restore / "history.sqlite3").write_bytes(b"something else than was prepared")
    done = await start_and_wait("history", "list")
    assert (done.code, len(done.out.splitlines())) == (0, 3)
    assert "The backup was not restored." in done.err
    assert not paths.prepared_restore.exists()
