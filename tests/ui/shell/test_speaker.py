"""Who answers is shown as soon as it is known, not only when the answer has ended."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from ui.shell.desk import DEMO, Desk

from chat_studio.history.records import MessageState
from chat_studio.ui.transcript.heading import AnswerHeading


@pytest.fixture
def entries() -> tuple[dict[str, Any], ...]:
    """A connection that names no model, and falls silent before the first token."""
    silent = {"fail": "stall", "fail_after": 0}
    return ({**DEMO, "name": "Whisper", "model": "", "default_parameters": silent},)


async def test_a_running_answer_names_its_speaker(desk: Desk) -> None:
    desk.ask("Who are you?")
    await desk.until(lambda: "Whisper" in " ".join(label.text() for label in desk.window.findChildren(AnswerHeading)))
    assert desk.answer.state is MessageState.STREAMING
    assert desk.find("statusLine", QLabel).text() == "demo · waiting for the first token"
    await desk.rest()
