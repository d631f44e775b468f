"""A program is killed two hundred times while it stores things. What it was told is stored is there, and no half."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from durability.killed_program import FULL_TEXT
from durability.stored_state import State, Word, stored

from chat_studio.chat import journal
from chat_studio.history.records import MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Role
from chat_studio.paths import Paths

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process for each kill is too slow without fork")

HOMES, KILLS = 10, 20
TESTS = Path(__file__).parent.parent


class Victim:
    """Starts the program again and again, and kills it."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
        self._process = subprocess.Popen(
            [sys.executable, TESTS / "durability" / "killed_program.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )

    def live_and_die(self, order: dict[str, Any], dice: random.Random, word: Word) -> int:
        """Kills it some time after some commits; returns how many it acknowledged. `word` hears everything."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        pid, heard, wanted = 0, 0, dice.randrange(1, 40)
        for line in self._process.stdout:
            told = _parsed(line)
            if told == "END":
                return heard
            if not isinstance(told, dict):
                continue  # it was killed while it said this
            pid = told.get("pid", pid)
            word.hear(told)
            heard += told.keys() == {"n"}
            if heard == wanted:
                wanted = -1
                time.sleep(dice.random() * 0.004)  # somewhere in the middle of what comes next
                os.kill(pid, signal.SIGKILL)
        raise AssertionError("the program ended by itself")

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    victim = Victim()
    yield victim
    victim.close()


@pytest.mark.parametrize("seed", range(HOMES))
async def test_nothing_that_was_stored_is_lost_and_no_half_is_shown(victim: Victim, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    acknowledged = 0
    for kill in range(KILLS):
        word = Word(stored(tmp_path))
        acknowledged += victim.live_and_die({"home": str(tmp_path), "seed": seed * KILLS + kill}, dice, word)
        found = stored(tmp_path)
        assert word.lost(found) == []
        assert word.halves(found) == []
        assert word.unknown(found) == []
        await check_after(tmp_path, word, found)
    assert acknowledged > 5 * KILLS


async def check_after(home: Path, word: Word, found: State) -> None:
    """The program starts again, and shows what there is."""
    async with aclosing(HistoryStore(Paths.find(home).history)) as history:
        coming = {key: value for key, value in found.items() if key.startswith("message ") and value[3] == "streaming"}
        assert await history.recover() == len(coming)
        report = await history.check()
        assert report.is_clean, report
        after = stored(home)
        for key in coming:
            name = key.removeprefix("message ")
            *_, text, state = after[key]
            assert state == MessageState.INTERRUPTED
            assert FULL_TEXT.startswith(text)
            assert text.startswith(word.acknowledged.get(f"journal {name}", ""))
        for conversation in (await history.conversations())[:3]:
            branch = await history.thread(conversation.id)
            assert branch.role(len(branch) - 1) is Role.ASSISTANT or any(
                after[f"deleted {name}"] for name in _below(after, branch.id(len(branch) - 1))
            )


def _below(state: State, parent_id: str) -> list[str]:
    return [key.removeprefix("message ") for key, value in state.items()
            if key.startswith("message ") and value[0] == parent_id]  # fmt: skip


def test_an_answer_is_journalled_early_enough() -> None:
    """What is lost at most is what came since the journal was written last: less than the second that is promised."""
    assert journal.INTERVAL <= 0.5
