from __future__ import annotations

import importlib
import json
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from keychains import MemoryKeychain

from chat_studio import providers
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore
from chat_studio.providers import registry
from chat_studio.providers.base import Provider

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


@pytest.fixture
def extra_kind(tmp_path: Path) -> Iterator[Callable[..., type[Provider]]]:
    """Makes a kind of one new file: `hosts`, `ports`, `key_prefixes` and `probes` are those of its recognition.

    It recognises a JSON object with the field `is_NAME`. `field_of_url` is the field of an entry that the `id` of an
    address's query goes to; `body` holds further lines of the class.
    """
    folder = tmp_path / "kinds"
    folder.mkdir()
    providers.__path__.append(str(folder))
    made: list[str] = []

    def make(name: str, *, field_of_url: str = "", body: str = "", **recognition: Any) -> type[Provider]:
        made.append(name)
        more = textwrap.indent(textwrap.dedent(body), "    ")
        text = _KIND.format(name=name, recognition=recognition, field=field_of_url, more=more)
        (folder / f"{name}.py").write_text(text)
        _forget()
        return registry.provider_class(name)

    def _forget() -> None:
        registry.kinds.cache_clear()
        importlib.invalidate_caches()

    yield make
    providers.__path__.remove(str(folder))
    for name in made:
        sys.modules.pop(f"{providers.__name__}.{name}", None)
        if hasattr(providers, name):
            delattr(providers, name)
    _forget()


_KIND = """
from urllib.parse import parse_qs, urlsplit
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers.values import *


class Kind(ChatCompletionsProvider):
    kind = {name!r}
    label = {name!r}.title()
    recognition = Recognition(**{recognition!r})

    @classmethod
    def recognise(cls, probe):
        return isinstance(probe.json, dict) and "is_{name}" in probe.json

    @classmethod
    def fields_of_url(cls, typed):
        found = parse_qs(urlsplit(typed).query).get("id")
        return {{{field!r}: found[0]}} if found else {{}}

{more}

provider = Kind
"""
