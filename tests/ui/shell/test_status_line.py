"""The figures in the window's head."""

from __future__ import annotations

from datetime import UTC, datetime

from chat_studio.history.records import MessageRecord
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
