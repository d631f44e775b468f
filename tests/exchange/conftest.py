"""A real history, and files to take in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chat_studio.history.store import HistoryStore


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[HistoryStore]:
    store = HistoryStore(tmp_path / "home" / "history.sqlite3")
    yield store
    await store.aclose()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file: bytes and texts as they are, anything else as JSON."""

    def write(content: object, name: str = "conversations.json") -> Path:
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write
