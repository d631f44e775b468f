"""Files that are no backups, are broken, or mean harm: nothing of the home changes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from durability.content import change, dump, filled

from chat_studio.backup import archive, folder, restore
from chat_studio.backup.create import create
from chat_studio.errors import FileUnusable, StorageError
from chat_studio.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find(tmp_path / "studio")


@pytest.fixture
async def good(paths: Paths) -> Path:
    await filled(paths.history)
    paths.settings.write_text('{"theme": "dark"}')
    return create(paths).path


Content = dict[str, bytes]


def read(path: Path) -> Content:
    with zipfile.ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def pack(path: Path, content: Content, *more: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in (*content.items(), *more):
            made.writestr(name, data)
    return path


def vouched(content: Content) -> Content:
    """The content with a manifest that fits it, as somebody with bad intentions would write it."""
    manifest = json.loads(content[archive.MANIFEST])
    manifest["parts"] = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in content.items()
        if name != archive.MANIFEST
    }
    return content | {archive.MANIFEST: json.dumps(manifest).encode()}


def database(path: Path, *statements: str) -> bytes:
    path.unlink(missing_ok=True)
    change(path, *statements)
    return path.read_bytes()


def changed(content: Content, folder: Path, *statements: str) -> bytes:
    path = folder / "changed.sqlite3"
    path.write_bytes(content[archive.HISTORY])
    change(path, *statements)
    return path.read_bytes()


def manifest_with(content: Content, **fields: object) -> Content:
    return content | {archive.MANIFEST: json.dumps(json.loads(content[archive.MANIFEST]) | fields).encode()}


FORGERIES: dict[str, Callable[[Content, Path], Content]] = {
    "another file": lambda content, _: content | {"extra.txt": b"x"},
    "a way out": lambda content, _: content | {"../../evil": b"x"},
    "a way out that is vouched for": lambda content, _: vouched(content | {"../../evil": b"x"}),
    "an absolute name": lambda content, _: vouched(content | {"/etc/evil": b"x"}),
    "secrets": lambda content, _: vouched(content | {"secrets.json": b"{}"}),
    "no manifest": lambda content, _: {archive.HISTORY: content[archive.HISTORY]},
    "a manifest of nonsense": lambda content, _: content | {archive.MANIFEST: b"[1"},
    "a manifest of another shape": lambda content, _: content | {archive.MANIFEST: b'{"parts": 1}'},
    "a manifest that is too large": lambda content, _: content | {archive.MANIFEST: b" " * (2 << 20)},
    "a missing part": lambda content, _: {k: v for k, v in content.items() if k != archive.HISTORY},
    "another content": lambda content, _: content | {archive.SETTINGS: b'{"theme": "pink"}'},
    "content of the same size": lambda content, _: content | {archive.SETTINGS: b'{"theme": "pink"}'},
    "settings that are a bomb": lambda content, _: vouched(content | {archive.SETTINGS: bytes(65 << 20)}),
    "no database": lambda content, _: vouched(content | {archive.HISTORY: b"nonsense" * 1000}),
    "half a database": lambda content, _: vouched(
        content | {archive.HISTORY: content[archive.HISTORY][: len(content[archive.HISTORY]) // 2]}
    ),
    "another program's database": lambda content, folder: vouched(
        content | {archive.HISTORY: database(folder / "other.sqlite3", "CREATE TABLE other (x)")}
    ),
    "a trigger": lambda content, folder: vouched(
        content
        | {
            archive.HISTORY: changed(
                content, folder, "CREATE TRIGGER evil AFTER INSERT ON messages BEGIN DELETE FROM desks; END"
            )
        }
    ),
    "a changed trigger": lambda content, folder: vouched(
        content
        | {
            archive.HISTORY: changed(
                content,
                folder,
                "DROP TRIGGER desks_removed",
                "CREATE TRIGGER desks_removed AFTER DELETE ON conversations BEGIN DELETE FROM messages; END",
            )
        }
    ),
    "a newer history": lambda content, folder: vouched(
        content | {archive.HISTORY: changed(content, folder, "PRAGMA user_version = 1000")}
    ),
    "a newer format": lambda content, _: manifest_with(content, format=archive.FORMAT + 1),
}


def state(paths: Paths) -> tuple[object, ...]:
    files = sorted(file.relative_to(paths.data).as_posix() for file in paths.data.rglob("*") if file.is_file())
    return files, dump(paths.history), paths.settings.read_text()


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forgery_is_refused(paths: Paths, good: Path, tmp_path: Path, forgery: str) -> None:
    workplace = tmp_path / "workplace"
    workplace.mkdir()
    bad = pack(workplace / "bad.zip", FORGERIES[forgery](read(good), workplace))
    before = state(paths)
    with pytest.raises((FileUnusable, StorageError)) as caught:
        restore.restore(paths, bad)
    assert caught.value.hint
    assert state(paths) == before


async def test_a_name_twice_is_refused(paths: Paths, good: Path, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        bad = pack(tmp_path / "bad.zip", read(good), (archive.SETTINGS, b"{}"))
    with pytest.raises(FileUnusable, match="other files"):
        restore.restore(paths, bad)


async def test_a_bomb_is_refused_before_it_is_unpacked(paths: Paths, good: Path, tmp_path: Path) -> None:
    """A gigabyte of zeros is a megabyte in a ZIP."""
    content = read(good)
    bad = tmp_path / "bad.zip"
    size = archive.FREE + (1 << 24)
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as made:
        with made.open(archive.HISTORY, "w", force_zip64=True) as part:
            for _ in range(size >> 24):
                part.write(bytes(1 << 24))
        parts = {archive.HISTORY: {"size": size, "sha256": "0" * 64}}
        made.writestr(archive.MANIFEST, manifest_with(content, parts=parts)[archive.MANIFEST])
    with pytest.raises(FileUnusable, match="size"):
        restore.restore(paths, bad)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
async def test_half_a_file_is_refused(paths: Paths, good: Path, tmp_path: Path, part: float) -> None:
    whole = good.read_bytes()
    bad = tmp_path / "bad.zip"
    bad.write_bytes(whole[: int(len(whole) * part)])
    before = state(paths)
    with pytest.raises(FileUnusable, match="no backup"):
        restore.restore(paths, bad)
    assert state(paths) == before


async def test_a_changed_byte_anywhere_is_noticed_or_harmless(paths: Paths, good: Path, tmp_path: Path) -> None:
    whole = bytearray(good.read_bytes())
    before = dump(paths.history)
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        bad = tmp_path / f"bad-{at}.zip"
        bad.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            restore.restore(Paths.find(tmp_path / f"home-{at}"), bad)
        except FileUnusable:
            continue
        assert dump(tmp_path / f"home-{at}" / "history.sqlite3") == before


async def test_a_changed_byte_of_the_directory_is_noticed_or_harmless(good: Path, tmp_path: Path) -> None:
    """It is where reading a damaged archive fails in the most ways."""
    whole = good.read_bytes()
    bad = tmp_path / "bad.zip"
    for at in range(whole.index(b"PK\x01\x02"), len(whole)):
        for value in (0x00, 0xFF, whole[at] ^ 0xFF):
            bad.write_bytes(whole[:at] + bytes([value]) + whole[at + 1 :])
            with contextlib.suppress(FileUnusable), archive.opened(bad) as found:
                found.verify()


async def test_what_is_no_file(paths: Paths, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.zip", tmp_path):
        with pytest.raises(FileUnusable, match="cannot be read"):
            restore.restore(paths, path)


async def test_the_list_shows_what_cannot_be_used(paths: Paths, good: Path) -> None:
    (paths.backups / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    listed = folder.backups(paths.backups)
    assert [found.path.name for found in listed] == [good.name, "broken.zip"]
    assert "no backup that can be used" in listed[1].problem
