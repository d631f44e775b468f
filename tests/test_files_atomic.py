"""Writing small files: the whole, or what was there before."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chat_studio.errors import StorageError
from chat_studio.files import write_atomically

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither modes nor easy links")


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.json"
    write_atomically(path, "ä\n")
    before = path.open(encoding="utf-8")
    write_atomically(path, "b\n")
    with before:
        assert before.read() == "ä\n", "a reader of the old file is not disturbed"
    assert path.read_bytes() == b"b\n"
    assert [file.name for file in path.parent.iterdir()] == ["file.json"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_the_mode_is_as_asked(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    write_atomically(path, "a", mode=mode)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_refusal_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.mkdir()
    (path / "inside").write_text("kept")
    with pytest.raises(StorageError, match="file could not be written") as caught:
        write_atomically(path, "new")
    assert str(tmp_path) in caught.value.hint
    assert (path / "inside").read_text() == "kept"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_text_that_cannot_be_encoded_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\ud800")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux may mount a small disk")
def test_full_and_read_only_disks_are_said(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("mounting is forbidden here")
    try:
        write_atomically(disk / "file", "old")
        with pytest.raises(StorageError, match="the disk is full"):
            write_atomically(disk / "file", "x" * 100_000)
        assert [file.name for file in disk.iterdir()] == ["file"]
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with pytest.raises(StorageError, match="the disk is read-only"):
            write_atomically(disk / "file", "new")
        assert (disk / "file").read_text() == "old"
    finally:
        subprocess.run(["umount", disk], check=True)
