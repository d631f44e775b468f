"""The program as a process on a display of its own: typed at, looked at, killed, started again."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from e2e.screen import DEADLINE, Screen, program, screen, until
from servers import DONE, STALL, Answer, Gate, chunked, events, json_reply, serve

from chat_studio.ui.theme import load_theme

CODE = load_theme("light").code
SHOWN = 400
"""Pixels of code background in a row: nothing but a code block of an answer, laid out at its full width, has them."""
FIRST_CONVERSATION = (130, 97)
"""Where the newest conversation stands in the list."""
JOURNALLED = 1.0
"""Seconds of an answer that a killed program may lose."""


@pytest.fixture
async def display(tmp_path: Path) -> AsyncIterator[Screen]:
    folder = tmp_path / "display"
    folder.mkdir()
    async with screen(folder) as made:
        yield made


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    """The program's home: an empty directory."""
    made = tmp_path / "home"
    made.mkdir()
    return made


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """What the program writes to its standard output and standard error."""
    return tmp_path / "said.txt"


def answers(studio: Path) -> list[tuple[str, str]]:
    """State and text of each answer in the history, what is journalled of it included."""
    database = studio / "history.sqlite3"
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'journal'").fetchone():
            return []
        return db.execute(
            "SELECT state, text || ifnull((SELECT group_concat(text, '') FROM (SELECT text FROM journal"
            " WHERE message_id = messages.id AND kind = 'text' ORDER BY number)), '')"
            " FROM messages WHERE role = 'assistant' ORDER BY number"
        ).fetchall()


def states(studio: Path) -> list[str]:
    return [state for state, _ in answers(studio)]


async def quit_program(process: asyncio.subprocess.Process) -> None:
    """Asks it to end, as a desktop does; it must do so in order."""
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_a_newcomers_first_question_is_answered(display: Screen, studio: Path, said: Path) -> None:
    async with program(display, studio, said) as process:
        await display.window_of(process)
        await until((studio / "llm_connections.json").exists, "the sample connections are there")
        assert display.widest_run(CODE) < SHOWN
        await display.type("What is a tide?")
        await display.press("Return")
        await until(lambda: display.widest_run(CODE) >= SHOWN, "code of the answer is on screen")
        await until(lambda: states(studio) == ["done"], "the whole answer is in the history")
        assert "What is a tide?" in answers(studio)[0][1]
        await quit_program(process)
    assert said.read_text() == ""


class Token(Gate):
    """A pause after a piece of the answer that knows when the piece had been written."""

    def __init__(self, number: int, seconds: float) -> None:
        super().__init__()
        self.text = f"word{number} "
        self.sent: float | None = None
        self._seconds = seconds

    async def wait(self) -> None:
        self.sent = time.monotonic()
        await asyncio.sleep(self._seconds)


def completion(content: str = "", finish: str | None = None) -> bytes:
    return events([{"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}]}])[0]


def answer_of(tokens: list[Token]) -> Answer:
    """A chat completion: a code block, then one word after the other."""
    words = [step for token in tokens for step in (completion(token.text), token)]
    return chunked(completion("```\nI count.\n```\n\n"), *words, completion(finish="stop"), DONE)


def connect(studio: Path, url: str) -> None:
    connection = {"id": "local", "name": "Local", "provider": "openai", "base_url": url, "model": "m", "is_local": True}
    (studio / "llm_connections.json").write_text(json.dumps({"connections": [connection]}))


def script(tokens: list[Token]) -> dict[str, Answer]:
    models = json_reply({"object": "list", "data": [{"id": "m", "object": "model"}]})
    return {"GET /v1/models": models, "POST /v1/chat/completions": answer_of(tokens)}


async def test_a_killed_program_loses_at_most_a_second(display: Screen, studio: Path, said: Path) -> None:
    tokens = [Token(number, seconds=0.05) for number in range(2000)]
    async with serve(script(tokens)) as server:
        connect(studio, server.url)
        async with program(display, studio, said) as process:
            await display.window_of(process)
            await display.type("Count, please")
            await display.press("Return")
            await until(lambda: display.widest_run(CODE) >= SHOWN, "the answer is on screen")
            await until(lambda: tokens[60].sent, "sixty words are sent")
            killed = time.monotonic()
            process.kill()
            await process.wait()
    sent = [token.text for token in tokens if token.sent and token.sent < killed - JOURNALLED]
    assert states(studio) == ["streaming"]

    async with program(display, studio, said) as process:
        await display.window_of(process)
        await until(lambda: states(studio) == ["interrupted"], "the answer is marked as interrupted")
        assert "".join(sent) in answers(studio)[0][1]
        async with asyncio.timeout(DEADLINE):
            while display.widest_run(CODE) < SHOWN:
                await display.click(*FIRST_CONVERSATION)
        await quit_program(process)
    assert said.read_text() == ""


async def test_two_programs_work_on_one_home(display: Screen, studio: Path, said: Path) -> None:
    tokens = [Token(number, seconds=0) for number in range(10)]
    async with serve(script(tokens)) as server:
        connect(studio, server.url)
        async with program(display, studio, said) as first, program(display, studio, said) as second:
            windows = [await display.window_of(process) for process in (first, second)]
            for count, window in enumerate(windows, start=1):
                await display.focus(window)
                await display.type("Count, please")
                await display.press("Return")
                await until(lambda count=count: states(studio) == ["done"] * count, "the question is answered")
            await quit_program(first)
            await quit_program(second)
        assert [text.endswith(tokens[-1].text) for _, text in answers(studio)] == [True, True]
    assert said.read_text() == ""


async def test_quitting_while_a_server_keeps_silent(display: Screen, studio: Path, said: Path) -> None:
    async with serve((STALL,)) as server:
        connect(studio, server.url)
        async with program(display, studio, said) as process:
            await display.window_of(process)
            await server.received()
            await quit_program(process)
    assert said.read_text() == ""
