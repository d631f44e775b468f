"""Archives that are damaged, locked, or made to do harm."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from exchange.foreign_samples import chatgpt, chatgpt_files, zipped
from exchange.taking import losses, take

from chat_studio.errors import ImportFailed
from chat_studio.exchange import archive
from chat_studio.exchange.archive import Archive
from chat_studio.history.store import HistoryStore

File = Callable[..., Path]
SOUND = json.dumps([chatgpt()]).encode()


def locked(data: bytes) -> bytes:
    """The archive with the mark of a password on its entries."""
    changed = bytearray(data)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = changed.find(magic)
        while position >= 0:
            changed[position + offset] |= 1
            position = changed.find(magic, position + 4)
    return bytes(changed)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({}), "holds no conversations"),
        (zipped({"readme.txt": b"hello"}), "holds no conversations"),
        (zipped({"conversations.json": b" " * 50_000_000}), "unpacks to 200 times"),
        (zipped({"conversations.json": SOUND, "picture.png": b"\0" * 50_000_000}), "unpacks to 200 times"),
        (locked(zipped({"conversations.json": SOUND})), "protected by a password"),
        (zipped({"conversations.json": SOUND})[:-30], "damaged ZIP"),
        (zipped({"conversations.json": SOUND}, compress_type=zipfile.ZIP_BZIP2), "packed in an unusual way"),
        (zipped({"conversations.json": b"[]"}), "holds no conversations of a program"),
    ],
)
async def test_what_is_refused(history: HistoryStore, file: File, data: bytes, words: str) -> None:
    with pytest.raises(ImportFailed, match=words) as caught:
        await take(history, file(data, "some.zip"))
    assert caught.value.hint
    assert await history.ids() == []


async def test_limits_of_all_files_together(history: HistoryStore, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file(zipped({"conversations.json": SOUND, "more.bin": bytes(range(256)) * 9}), "some.zip")
    for name in ("LARGEST", "MOST"):
        with monkeypatch.context() as patch:
            patch.setattr(archive, name, 1)
            with pytest.raises(ImportFailed, match="more than an export can"):
                await take(history, path)


async def test_names_that_lead_elsewhere_lead_nowhere(history: HistoryStore, file: File, tmp_path: Path) -> None:
    names = ["../../evil.json", "/etc/evil.json", "C:\\evil.json", "a/../../conversations.json"]
    before = {path for path in tmp_path.rglob("*") if "home" not in path.parts}
    report = await take(history, file(zipped(dict.fromkeys(names, SOUND)), "some.zip"))
    assert report.added == 1
    after = {path for path in tmp_path.rglob("*") if "home" not in path.parts}
    assert after - before == {tmp_path / "some.zip"}


async def test_an_archive_of_our_own_files(history: HistoryStore, file: File) -> None:
    """One for each conversation, with folders of their own; and one that is no conversation at all."""
    time = "2025-01-01T00:00:00Z"
    files = {
        f"{name}.json": json.dumps(
            {
                "format": "chat-studio",
                "version": 1,
                "folders": [{"id": name, "name": f"Folder {name}"}],
                "conversations": [{"id": f"c{name}", "folder_id": name, "created_at": time, "updated_at": time}],
            }
        ).encode()
        for name in ("1", "2")
    }
    chat = json.dumps(chatgpt()).encode()
    report = await take(history, file(zipped({**files, "3.json": chat, "4.json": b'{"other": 1}'}), "some.zip"))
    assert (report.added, report.program) == (3, "Chat Studio")
    assert [folder.name for folder in await history.folders()] == ["Folder 1", "Folder 2"]
    assert {(await history.conversation(f"c{name}")).folder_id for name in ("1", "2")} == {"1", "2"}


async def test_damage_inside_gives_what_is_before_it(history: HistoryStore, file: File) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as written:
        written.writestr("conversations.json", json.dumps([chatgpt(conversation_id=str(n)) for n in range(200)]))
    data = bytearray(buffer.getvalue())
    data[-2000] ^= 1  # the checksum, which is checked at the end, is wrong now
    report = await take(history, file(bytes(data), "some.zip"))
    assert report.added > 150  # all but the last piece that was read
    assert any("damaged" in reason for reason in losses(report))


async def test_an_image_that_is_damaged_or_none_is_told(history: HistoryStore, file: File) -> None:
    names = list(chatgpt_files())
    data = zipped({"conversations.json": SOUND, names[0]: b"no picture at all", names[1]: b""})
    report = await take(history, file(data, "some.zip"))
    assert losses(report) == {"Images of an unknown format were left out.": 2}


def test_an_image_that_is_too_large_is_not_read(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Archive(file(zipped({"conversations.json": SOUND, "file-Abc.png": b"123456"}), "some.zip"))
    try:
        assert opened.find("file-service://file-Abc") == b"123456"
        monkeypatch.setattr(archive, "LARGEST_ASSET", 5)
        assert opened.find("file-service://file-Abc") is None
        assert opened.find("file-service://file-Other") is None
    finally:
        opened.close()
