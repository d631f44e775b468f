"""Killed while a history comes up to date, is backed up, or is restored: it is as before or as after, never half."""

from __future__ import annotations

import os
import random
import shutil
import zipfile
from pathlib import Path

import pytest
from durability.content import change, dump, filled
from durability.killing import Victim
from durability.old_files import VERSIONS, old_file, old_rows, version_of

from chat_studio.backup import folder
from chat_studio.backup.create import create
from chat_studio.backup.restore import finish
from chat_studio.history.copying import verify
from chat_studio.history.db import open_database
from chat_studio.history.migrations import MIGRATIONS
from chat_studio.paths import Paths

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a new interpreter for each kill takes too long")

KILLS = 20


def moments(seconds: float, seed: int) -> list[float]:
    """Times between the beginning and the end of work that takes so long."""
    dice = random.Random(seed)  # noqa: S311
    return [dice.random() * seconds for _ in range(KILLS)]


@pytest.mark.parametrize("version", VERSIONS)
def test_while_it_comes_up_to_date(victim: Victim, tmp_path: Path, version: int) -> None:
    original = tmp_path / "original.sqlite3"
    old_file(original, version, count=100)
    before = old_rows(original)
    order = {"work": "open", "home": str(tmp_path / "home")}
    path = Paths.find(tmp_path / "home").history
    path.parent.mkdir()
    shutil.copy(original, path)
    for seconds in moments(victim.do(order), version):
        shutil.rmtree(path.parent)
        path.parent.mkdir()
        shutil.copy(original, path)
        victim.begin_and_die(order, seconds)
        assert version <= version_of(path) <= len(MIGRATIONS)
        assert old_rows(path) == before
        for copy in path.parent.glob("history.v*.sqlite3"):
            assert (version_of(copy), old_rows(copy)) == (version, before)
        open_database(path).close()
        assert (version_of(path), old_rows(path)) == (len(MIGRATIONS), before)
        verify(path)


async def test_while_it_is_backed_up(victim: Victim, tmp_path: Path) -> None:
    paths = Paths.find(tmp_path / "home")
    await filled(paths.history, 60)
    before = dump(paths.history)
    order = {"work": "backup", "home": str(paths.data)}
    for seconds in moments(victim.do(order), 1):
        victim.begin_and_die(order, seconds)
        assert dump(paths.history) == before
        assert [found.problem for found in folder.backups(paths.backups) if found.problem] == []
    whole = folder.backups(paths.backups)
    assert 1 <= len(whole) <= KILLS
    for found in whole:
        with zipfile.ZipFile(found.path) as pack:
            assert pack.testzip() is None


async def test_while_it_is_restored(victim: Victim, tmp_path: Path) -> None:
    """Killed at any moment the home is as before, or the next start makes all of it as in the backup."""
    paths = Paths.find(tmp_path / "home")
    await filled(paths.history, 40)
    paths.settings.write_text('{"theme": "dark"}')
    paths.connections.write_text('{"connections": [{"id": "old", "name": "Old", "provider": "demo"}]}')
    backup = create(paths, tmp_path / "backup.zip").path
    old = dump(paths.history)
    change(paths.history, "UPDATE conversations SET title = 'Later', title_folded = 'later'")
    paths.settings.write_text('{"theme": "light"}')
    paths.connections.write_text('{"connections": [{"id": "new", "name": "New", "provider": "demo"}]}')
    new = dump(paths.history)
    template = tmp_path / "template"
    shutil.copytree(paths.data, template)
    order = {"work": "restore", "home": str(paths.data), "file": str(backup)}
    seen = set()
    for seconds in (*moments(victim.do(order), 2), *moments(0.05, 3)):
        shutil.rmtree(paths.data)
        shutil.copytree(template, paths.data)
        victim.begin_and_die(order, seconds)
        finish(paths)
        rows = dump(paths.history)
        restored = rows == old
        assert restored or rows == new
        assert ("dark" in paths.settings.read_text()) == restored
        assert ('"old"' in paths.connections.read_text()) == restored
        assert not paths.prepared_restore.exists()
        verify(paths.history)
        seen.add(restored)
    assert False in seen
