"""Reading aloud by programs that stand in the place of the system's voices."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from chat_studio.ui.speech import Speaker, find_voice
from chat_studio.ui.spoken import spoken

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs in the place of voices are shell scripts")

Install = Callable[[str, str], None]


@pytest.fixture
def programs(home: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts a program where only such programs, and the shell's own, are found."""
    folder = home / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")

    def install(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\ncd '{home}'\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)

    return install


@pytest.fixture
async def speaker(qapp: object) -> AsyncIterator[Speaker]:
    owner = QObject()
    made = Speaker(owner)
    yield made
    made.close()
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what another program does is no event
            await asyncio.sleep(0.005)


async def test_a_text_is_spoken_to_its_end(programs: Install, speaker: Speaker, home: Path) -> None:
    programs("espeak-ng", "cat > said.part && mv said.part said")
    await speaker.look()
    heard: list[str] = []
    speaker.changed.connect(lambda: heard.append(speaker.speaking))
    speaker.toggle("m1", "Grüße, 日本。\nTwo.")
    assert speaker.speaking == "m1"
    await until(lambda: not speaker.speaking)
    assert (home / "said").read_text(encoding="utf-8") == "Grüße, 日本。\nTwo."
    assert heard == ["m1", ""]


async def test_another_text_takes_the_place_of_the_first(programs: Install, speaker: Speaker) -> None:
    programs("espeak-ng", "exec sleep 600")
    await speaker.look()
    speaker.toggle("m1", "One")
    speaker.toggle("m2", "Two")
    assert speaker.speaking == "m2"
    speaker.toggle("m2", "Two")
    assert speaker.speaking == ""


async def test_a_service_gets_sentences_and_is_silenced(programs: Install, speaker: Speaker, home: Path) -> None:
    programs(
        "spd-say", 'if [ "$1" = --stop ]; then touch silenced; else cat > said.part; mv said.part said; sleep 600; fi'
    )
    if (voice := find_voice("linux")) is None or voice.command[0] != "spd-say":
        pytest.skip("this computer has a voice of its own")
    await speaker.look()
    speaker.toggle("m1", "One. Two!\n\n!-!CANCEL ALL\n***\n" + "word " * 300)
    await until((home / "said").exists)
    lines = (home / "said").read_text(encoding="utf-8").splitlines()
    assert lines[:3] == ["One.", "Two!", "CANCEL ALL"]  # what begins with !-! would be a command
    assert max(map(len, lines)) <= 250
    assert "".join(lines[3:]).count("word") == 300
    speaker.stop()
    await until((home / "silenced").exists)


async def test_a_voice_that_cannot_be_started_is_told(programs: Install, speaker: Speaker, home: Path) -> None:
    programs("espeak-ng", "")
    await speaker.look()
    (home / "programs" / "espeak-ng").unlink()
    failures: list[str] = []
    speaker.failed.connect(failures.append)
    speaker.toggle("m1", "One")
    await until(lambda: failures)
    assert speaker.speaking == ""


def test_without_a_voice_nothing_can_speak(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(home))
    assert [find_voice(platform) for platform in ("linux", "darwin", "win32")] == [None, None, None]


def test_code_and_marks_are_not_read_aloud() -> None:
    text = "# Title\n\nSome **bold** `word`.\n\n```python\nx = 1\n```\n\n- one\n- two"
    assert spoken(text).split() == ["Title", "Some", "bold", "word.", "•", "one", "•", "two"]
