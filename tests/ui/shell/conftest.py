"""The real window on a real home, with the demo as its endpoint."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from ui.shell.desk import FAST, SLOW, Desk

from chat_studio.paths import Paths
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.notices import FailureNotices
from chat_studio.ui.shell import build_shell
from chat_studio.ui.window import MainWindow


def _qt_loop() -> asyncio.AbstractEventLoop:
    loop = aio.EventLoop(QApplication.instance() or QApplication([]))
    loop.set_default_executor(ThreadPoolExecutor(2))
    return loop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Each test has a loop of its own, of the kind that the window runs in."""
    return {"qt": _qt_loop}


@pytest.fixture(autouse=True)
def no_events_between_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest-qt works off events between a test's body and its end, when the loop does not run."""
    monkeypatch.setattr("pytestqt.plugin._process_events", lambda: None)


class ExpectedOffscreen(logging.Filter):
    """A platform without screens has no windows to move; all else that Qt complains of fails the test."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "This plugin does not support" not in record.getMessage()


@pytest.fixture(autouse=True)
def qt_complaints() -> Iterator[None]:
    expected = ExpectedOffscreen()
    logger = logging.getLogger("chat_studio.qt")
    logger.addFilter(expected)
    with aio.failures_reported():
        yield
    logger.removeFilter(expected)


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp, "light")
    yield made
    made.deleteLater()


@pytest.fixture
def paths(home: Path) -> Paths:
    return Paths.find(home / "studio")


@pytest.fixture
def impatient_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock of another program is waited for only briefly."""
    monkeypatch.setattr("chat_studio.history.db.BUSY_SECONDS", 0.05)


@pytest.fixture
def entries() -> tuple[dict[str, Any], ...]:
    """The connections that the window finds."""
    return (FAST, SLOW)


@pytest.fixture
async def desk(paths: Paths, appearance: Appearance, entries: tuple[dict[str, Any], ...]) -> AsyncIterator[Desk]:
    paths.config.mkdir(parents=True)
    paths.connections.write_text(json.dumps({"connections": entries}), encoding="utf-8")
    conversations = ConversationModel()
    window = MainWindow(appearance, conversations)
    shell = await build_shell(paths, window, conversations, appearance)
    failures = FailureNotices(window.notices)
    aio.failures.addHandler(failures)
    window.show()
    window.activateWindow()
    await shell.load()
    made = Desk(window, shell, paths, appearance)
    await made.until(lambda: made.models.count() and not made.models.itemText(0).startswith("Asking"))
    yield made
    window.hide()
    await shell.aclose()
    aio.failures.removeHandler(failures)
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
