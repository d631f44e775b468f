from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from keychains import MemoryKeychain

from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore

SAMPLE = {
    "connections": [
        {"id": "demo", "name": "Demo (offline)", "provider": "demo", "base_url": "", "model": "demo"},
        {"id": "ollama-local", "name": "Local Ollama", "provider": "ollama", "base_url": "http://localhost:11434"},
    ]
}


@pytest.fixture
def home(home: Path) -> Path:
    """Where the program's files go."""
    return home / "studio"


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample.json"
    path.write_text(json.dumps(SAMPLE, indent=2) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def secrets(home: Path, keychain: MemoryKeychain) -> Secrets:
    return Secrets(home / "secrets.json")


@pytest.fixture
def path(home: Path) -> Path:
    return home / "llm_connections.json"


@pytest.fixture
def make_store(path: Path, sample: Path, secrets: Secrets) -> Callable[..., ConnectionStore]:
    """Makes a store over the same home; a second one stands for a second program. `content` is written first."""

    def make(content: Any = None) -> ConnectionStore:
        if content is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            raw = content if isinstance(content, bytes | str) else json.dumps(content, indent=2) + "\n"
            path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
        return ConnectionStore(path, sample, secrets)

    return make


@pytest.fixture
def store(make_store: Callable[..., ConnectionStore]) -> ConnectionStore:
    return make_store()


@pytest.fixture
def ordinary_user(home: Path, tmp_path: Path) -> Iterator[None]:
    """Runs the test without root's rights, which no file mode holds back."""
    if os.geteuid() != 0:
        yield
        return
    nobody = 65534
    for folder in (*home.parents[:3], tmp_path):
        folder.chmod(0o755)
    for owned in (home.parent, tmp_path, *tmp_path.rglob("*")):
        os.chown(owned, nobody, nobody)
    os.seteuid(nobody)
    yield
    os.seteuid(0)
