"""Files that are sent along: what they are is told by their content, and nothing makes the reading hang."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from chat_studio.attachments import MOST_IMAGE_BYTES, MOST_TEXT_BYTES, read_attachment, size_text
from chat_studio.errors import AttachmentRefused
from chat_studio.messages import FilePart, ImagePart

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
TEXT = "Grüße – 你好\nzweite Zeile\n"


def refusal(path: Path) -> AttachmentRefused:
    with pytest.raises(AttachmentRefused) as caught:
        read_attachment(path)
    assert caught.value.hint
    return caught.value


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_an_image_is_known_by_its_content(tmp_path: Path, content: bytes, media_type: str) -> None:
    part = read_attachment(written(tmp_path, "named wrongly.txt", content))
    assert isinstance(part, ImagePart)
    assert (part.media_type, part.name) == (media_type, "named wrongly.txt")
    assert base64.b64decode(part.data) == content


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_text_in_any_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    text = TEXT if encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32") else "Latin letters only,\nwithout a mark\n"
    mark = "\ufeff" if encoding == "utf-32-be" else ""
    part = read_attachment(written(tmp_path, "a.md", (mark + text).encode(encoding)))
    assert part == FilePart(name="a.md", text=text)


def test_old_windows_text_and_its_line_breaks(tmp_path: Path) -> None:
    part = read_attachment(written(tmp_path, "old.txt", "“Grüße”\r\nviele\rZeilen".encode("cp1252")))
    assert part == FilePart(name="old.txt", text="“Grüße”\nviele\nZeilen")


def test_utf_8_that_was_cut_is_still_utf_8(tmp_path: Path) -> None:
    part = read_attachment(written(tmp_path, "cut.log", "Straße, Größe, Käse, Übung, Öl".encode()[:-3] + b"\xc3"))
    assert part == FilePart(name="cut.log", text="Straße, Größe, Käse, Übung, \ufffd")


def test_svg_is_the_text_that_it_is(tmp_path: Path) -> None:
    part = read_attachment(written(tmp_path, "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    assert isinstance(part, FilePart)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        ("日本語テスト".encode("shift_jis"), "neither an image nor text"),
        ("Привет всем".encode("koi8-r"), "neither an image nor text"),
        (bytes(range(256)) * 8, "neither an image nor text"),
        (b"\x80\x81\x8d\x90" * 100, "neither an image nor text"),
        (b"%PDF-1.7 some ASCII", "is a PDF"),
        (b"PK\x03\x04" + bytes(100), "Office document or an archive"),
        (b"\x1f\x8b\x08" + bytes(100), "compressed"),
        (b"II*\0" + bytes(100), "TIFF"),
        (b"BM\x46\0\0\0\0\0\0\0" + bytes(60), "BMP"),
        (b"\0\0\0\x18ftypheic" + bytes(60), "HEIC"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_reason(tmp_path: Path, content: bytes, said: str) -> None:
    error = refusal(written(tmp_path, "thing.bin", content))
    assert "thing.bin" in error.message
    assert said in error.message


def test_sizes(tmp_path: Path) -> None:
    assert "20.0 MB" in refusal(written(tmp_path, "a.png", PNG + bytes(MOST_IMAGE_BYTES))).message
    assert "2.0 MB" in refusal(written(tmp_path, "a.log", b"x" * (MOST_TEXT_BYTES + 1))).message
    assert isinstance(read_attachment(written(tmp_path, "b.log", b"x" * MOST_TEXT_BYTES)), FilePart)
    assert [size_text(size) for size in (1, 999, 1000, 34_400, 999_499, 1_240_000)] == [
        "1 byte",
        "999 bytes",
        "1 kB",
        "34 kB",
        "999 kB",
        "1.2 MB",
    ]


def test_folders_pipes_and_devices_are_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "is a device or a pipe" in refusal(pipe).message  # nobody writes into it: a plain reading would wait forever
    assert "is a device or a pipe" in refusal(Path("/dev/zero")).message
    assert "is a folder" in refusal(tmp_path).message


def test_files_that_are_gone_or_forbidden(tmp_path: Path) -> None:
    assert "not there any more" in refusal(tmp_path / "gone.txt").message
    forbidden = written(tmp_path, "forbidden.txt", b"secret")
    forbidden.chmod(0)
    if os.access(forbidden, os.R_OK):
        pytest.skip("this user may read everything")
    assert "may not be read" in refusal(forbidden).message
