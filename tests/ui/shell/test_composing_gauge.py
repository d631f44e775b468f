"""The estimate at the composer's foot: of the whole next request, against the model's window."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ui.shell.desk import FAST, SLOW, Desk

from chat_studio.ui.composing.gauge import TokenGauge, gauge_text


@pytest.fixture
def entries() -> tuple[dict[str, Any], ...]:
    return ({**FAST, "context_length": 8_000}, SLOW)


def gauge(desk: Desk) -> TokenGauge:
    return desk.find("tokenGauge", TokenGauge)


def test_the_figures_are_written_as_people_read_them() -> None:
    assert gauge_text(1240, 128_000) == "≈ 1,240 of 128k tokens"
    assert gauge_text(7, 8192) == "≈ 7 of 8k tokens"
    assert gauge_text(1240, 1_048_576) == "≈ 1,240 of 1M tokens"
    assert gauge_text(1240, None) == "≈ 1,240 tokens"


async def test_nothing_is_shown_for_nothing(desk: Desk) -> None:
    desk.type("words")
    await desk.until(lambda: gauge(desk).isVisible())
    desk.composer.clear()
    await desk.until(lambda: not gauge(desk).isVisible())


async def test_what_is_typed_and_attached_counts_against_the_window(desk: Desk) -> None:
    desk.type("some words")
    await desk.until(lambda: gauge(desk).text().endswith("of 8k tokens"))
    assert gauge(desk).property("role") == "faint"
    QApplication.clipboard().setText("some words " * 3_400)
    QTest.keyClick(desk.composer, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    await desk.until(lambda: gauge(desk).property("role") == "warning")
    assert "Little room is left" in gauge(desk).toolTip()
    QTest.keyClick(desk.composer, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    await desk.until(lambda: gauge(desk).property("role") == "reason")
    assert "More than the model can read" in gauge(desk).accessibleName()


async def test_an_unknown_window_leaves_the_estimate(desk: Desk) -> None:
    desk.use("Slow")
    desk.type("some words")
    await desk.until(lambda: gauge(desk).text().endswith("tokens") and " of " not in gauge(desk).text())


async def test_after_an_answer_the_servers_count_is_the_base(desk: Desk) -> None:
    await desk.ask_and_wait("What is SSE?")
    usage = desk.answer.usage
    assert usage is not None
    assert usage.input_tokens is not None
    assert usage.output_tokens is not None
    base = usage.input_tokens + usage.output_tokens - (usage.reasoning_tokens or 0)
    await desk.until(lambda: gauge(desk).text().startswith(f"≈ {base:,} "))
