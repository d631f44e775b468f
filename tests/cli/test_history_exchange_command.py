"""`history export` and `history import`."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.program import Done, finished, run, start
from cli.test_history_command import store
from exchange.foreign_samples import chatgpt, claude

Command = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def foreign(folder: Path, *conversations: object) -> Path:
    path = folder / "conversations.json"
    path.write_text(json.dumps(conversations))
    return path


def test_export_into_the_current_folder(command: Command, studio_home: Path, folder: Path) -> None:
    id_, _ = store(studio_home, "A: title", "Why?", "Because.")
    assert command("history", "export", id_[:8], "--format", "md") == Done(0, f"{folder}/A title.md\n", "")
    assert command("history", "export", id_, "--format", "md") == Done(0, f"{folder}/A title (2).md\n", "")
    assert "\n\nBecause.\n" in (folder / "A title.md").read_text()


def test_export_all_into_one_file_or_one_for_each(command: Command, studio_home: Path, folder: Path) -> None:
    for title in ("One", "Two"):
        store(studio_home, title, "Why?", "Because.")
    assert command("history", "export", "--all", "--format", "html", "-o", folder / "all.html").code == 0
    html = (folder / "all.html").read_text()
    assert "<h1>One</h1>" in html
    assert "<h1>Two</h1>" in html
    done = command("history", "export", "--all", "--format", "json", "-o", f"{folder / 'each'}/")
    assert done.code == 0
    assert sorted(path.name for path in (folder / "each").iterdir()) == ["One.json", "Two.json"]
    assert done.out == f"{folder}/each/One.json\n{folder}/each/Two.json\n"


def test_the_ending_of_a_file_says_as_what(command: Command, studio_home: Path, folder: Path) -> None:
    id_, _ = store(studio_home, "Title", "Why?", "Because.")
    assert command("history", "export", id_, "-o", "x.HTML").code == 0
    assert "<h1>Title</h1>" in (folder / "x.HTML").read_text()
    done = command("history", "export", id_, "-o", "x.docx")
    assert done.code == 2
    assert "As what? Write --format md" in done.err


def test_export_and_import_again(command: Command, studio_home: Path, folder: Path) -> None:
    id_, records = store(studio_home, "Title", "Why?", "Because.")
    assert command("history", "export", id_, "--format", "json", "-o", "x.json").code == 0
    assert command("history", "import", "x.json") == Done(0, "0 conversations added, 0 messages, 1 there already\n", "")
    other = folder / "other"
    assert command("--home", other, "history", "import", "x.json").out == "1 conversation added, 2 messages\n"
    shown = command("--home", other, "history", "show", id_, "--json").lines
    assert [line["id"] for line in shown] == [record.id for record in records]


def test_a_preview_takes_nothing(command: Command, studio_home: Path, folder: Path) -> None:
    del studio_home
    path = foreign(folder, chatgpt(), claude(), {"other": 1})
    done = command("history", "import", path, "--preview")
    assert (done.code, done.out) == (
        0,
        "From ChatGPT: 2 conversations, 13 messages\n2025-02-19 to 2025-03-01\n",
    )
    assert "Entries that are no conversation of a known program were left out. (1: other)" in done.err
    (told,) = command("history", "import", path, "--preview", "--json").lines
    assert (told["program"], told["conversations"], told["samples"][1]["title"]) == ("ChatGPT", 2, "The list")
    assert command("history", "list") == Done(0, "", "")


def test_import_as_json(command: Command, studio_home: Path, folder: Path) -> None:
    del studio_home
    (told,) = command("history", "import", foreign(folder, chatgpt()), "--json").lines
    assert (told["program"], told["added"], told["messages"], told["is_complete"]) == ("ChatGPT", 1, 7, True)
    assert told["losses"][0]["count"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["export", "--format", "md"], 2, "Name conversations, or write --all"),
        (["export", "x", "--all", "--format", "md"], 2, "Name conversations, or write --all"),
        (["export", "x", "--deleted", "--format", "md"], 2, "--deleted goes with --all"),
        (["export", "x"], 2, "--format"),
        (["export", "nowhere", "--format", "md"], 4, "There is no conversation “nowhere”"),
        (["export", "--all", "--format", "md"], 4, "There are no conversations to export"),
        (["import", "nowhere.json"], 4, "There is no file nowhere.json"),
        (["import", "."], 4, "is a folder"),
    ],
)
def test_what_goes_wrong(
    command: Command, studio_home: Path, folder: Path, arguments: list[str], code: int, words: str
) -> None:
    del studio_home, folder
    done = command("history", *arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert "Traceback" not in done.err
    assert code == 2 or "\n→ " in done.err


async def test_a_pdf_by_the_program_itself(home: Path, studio_home: Path, folder: Path) -> None:
    del home
    id_, _ = await asyncio.to_thread(store, studio_home, "Title", "Why?", "Because.")
    done = await run("--home", studio_home, "history", "export", id_, "--format", "pdf", "-o", folder / "x.pdf")
    assert done == Done(0, f"{folder / 'x.pdf'}\n", "")
    assert (folder / "x.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
async def test_ctrl_c_stops_an_import_between_conversations(studio_home: Path, folder: Path) -> None:
    many = [chatgpt(conversation_id=str(number)) for number in range(3000)]
    path = foreign(folder, *many)
    process = await start("--home", studio_home, "history", "import", path)
    wal = studio_home / "history.sqlite3-wal"
    while not wal.exists() or wal.stat().st_size < 1_000_000:  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(0.005)
    process.send_signal(signal.SIGINT)
    done = await finished(process)
    assert done.code == 130
    assert "Traceback" not in done.err
    added = int(done.out.split()[0])
    assert 0 < added < 3000
    assert "; the rest was not read\n" in done.out
    listed = (await run("--home", studio_home, "history", "list")).out
    assert listed.count("\n") == added
