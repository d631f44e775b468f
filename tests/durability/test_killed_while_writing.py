"""A program is killed two hundred times while it stores things. What it was told is stored is there, and no half."""

from __future__ import annotations

import os
import random
from contextlib import aclosing
from pathlib import Path

import pytest
from durability.killed_program import FULL_TEXT
from durability.killing import Victim
from durability.stored_state import State, Word, stored
from history.stored import all_of

from chat_studio.chat import journal
from chat_studio.history.records import MessageState
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Role
from chat_studio.paths import Paths

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a new interpreter for each kill takes too long")

HOMES, KILLS = 10, 20


@pytest.mark.parametrize("seed", range(HOMES))
async def test_nothing_that_was_stored_is_lost_and_no_half_is_shown(victim: Victim, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    acknowledged = 0
    for kill in range(KILLS):
        word = Word(stored(tmp_path))
        acknowledged += victim.live_and_die(
            {"work": "live", "home": str(tmp_path), "seed": seed * KILLS + kill}, dice, word
        )
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
        for conversation in (await all_of(history))[:3]:
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
