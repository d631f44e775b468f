"""Sessions on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from chat.scripted import Source

from chat_studio.chat.engine import Engine
from chat_studio.chat.retry import Retry
from chat_studio.chat.sessions import Sessions
from chat_studio.history.store import HistoryStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


@pytest.fixture
async def history(path: Path) -> AsyncIterator[HistoryStore]:
    history = HistoryStore(path)
    yield history
    await history.aclose()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
async def sessions(history: HistoryStore, source: Source) -> AsyncIterator[Sessions]:
    sessions = Sessions(history, source, Engine(Retry()))
    yield sessions
    await sessions.aclose()
