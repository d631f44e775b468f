"""In the window, what is drawn beside the loop finds its way into the page, and the page stays where it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chat_studio.history.records import MessageRecord
from chat_studio.messages import Role
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.formulas import Formula
from chat_studio.ui.transcript.view import Transcript

FORMULA = r"\frac{a^2}{\sqrt{b + \frac{c}{d}}}"


def _qt_loop() -> asyncio.AbstractEventLoop:
    loop = aio.EventLoop(QApplication.instance() or QApplication([]))
    loop.set_default_executor(ThreadPoolExecutor(1))
    return loop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The kind of loop that the window runs in."""
    return {"qt": _qt_loop}


@pytest.fixture(autouse=True)
def no_events_between_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest-qt works off events between a test's body and its end, when the loop does not run."""
    monkeypatch.setattr("pytestqt.plugin._process_events", lambda: None)


async def test_a_formula_makes_its_message_taller(
    appearance: Appearance, qtbot: QtBot, make_record: Callable[..., MessageRecord]
) -> None:
    view = Transcript(appearance)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    words = "Words that are read. " * 40
    view.show_records([make_record(Role.ASSISTANT, f"{words}\n\n$$\n{FORMULA}\n$$\n\nBelow.") for _ in range(4)])
    surface = view.findChildren(AnswerWidget)[-1].surface
    before = surface.height()
    grown = asyncio.Event()
    surface.grew.connect(grown.set)
    await asyncio.wait_for(grown.wait(), 30)
    assert surface.flow.box(0).style.drawn.formulas.known(Formula(FORMULA, display=True)) is not None
    assert surface.height() != before
    assert surface.height() == surface.flow.height
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
