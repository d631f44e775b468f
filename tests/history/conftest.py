"""A real database in a directory of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chat_studio.history.store import HistoryStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "history.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[HistoryStore]:
    store = HistoryStore(path)
    yield store
    await store.aclose()
