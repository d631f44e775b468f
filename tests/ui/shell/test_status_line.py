"""The figures in the window's head."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chat_studio.history.records import MessageRecord, MessageState, Timing
from chat_studio.messages import Message, Role, TextPart
from chat_studio.ui.status_line import LONGEST_NAME, answer_status

LONG = "org/some-very-long-model-name-number-070-instruct-awq-int4-preview"


def status(model: str) -> str:
    message = Message(role=Role.ASSISTANT, parts=(TextPart(text="Hi"),))
    return answer_status(MessageRecord("1", "c", None, message, datetime.now(UTC), model=model))


def test_a_long_name_leaves_room_for_the_figures() -> None:
    name, _, figures = status(LONG).partition(" · ")
    assert name == "some-very-long-model-name-numbe…"
    assert len(name) == LONGEST_NAME
    assert figures == "– tokens in, – out · – tok/s · first token –"


def test_a_name_that_fits_is_whole() -> None:
    assert status("Qwen/Qwen2.5-7B-Instruct").startswith("Qwen2.5-7B-Instruct · ")


@pytest.mark.parametrize(
    ("state", "timing", "told"),
    [
        (MessageState.STOPPED, Timing(0.25, 1.0), "m · stopped · first token 0.25 s"),
        (MessageState.FAILED, None, "m · failed"),
        (MessageState.INTERRUPTED, None, "m · interrupted"),
    ],
)
def test_an_answer_that_was_cut_short_says_so_in_place_of_unknown_figures(
    state: MessageState, timing: Timing | None, told: str
) -> None:
    message = Message(role=Role.ASSISTANT, parts=(TextPart(text="Hi"),))
    record = MessageRecord("1", "c", None, message, datetime.now(UTC), model="m", state=state, timing=timing)
    assert answer_status(record) == told
