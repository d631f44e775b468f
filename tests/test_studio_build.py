"""The composition root: complete, cheap, and closed without a trace."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chat_studio.chat.changes import Change, RunningChanged
from chat_studio.paths import Paths
from chat_studio.studio import Studio

HEAVY = {"httpx", "keyring", "click", "markdown_it", "pygments", "filelock", "PySide6", "platformdirs"}

BUILD = """
import json, sys, threading
from chat_studio.paths import Paths
from chat_studio.studio import Studio
Studio.build(Paths.find(sys.argv[1]))
print(json.dumps([sorted(sys.modules), threading.active_count()]))
"""


def test_building_imports_nothing_heavy_and_starts_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = subprocess.run([sys.executable, "-c", BUILD, home], capture_output=True, text=True, check=True)
    modules, threads = json.loads(done.stdout)
    assert HEAVY & set(modules) == set()
    kinds = {f"chat_studio.providers.{kind}" for kind in ("demo", "openai", "custom", "vllm", "ollama", "anthropic")}
    assert kinds & set(modules) == set()
    assert threads == 1
    assert not home.exists()


@pytest.mark.parametrize("used", [False, True])
async def test_a_studio_closes_whatever_was_used(home: Path, used: bool) -> None:
    studio = Studio.build(Paths.find(home / "studio"), read_pause=0.01)
    heard: list[Change] = []
    studio.sessions.subscribe(lambda conversation_id, change: heard.append(change))
    if used:
        session = await studio.sessions.new("demo")
        await session.send("Hi", connection_id="demo", model="demo-slow")
        assert studio.sessions.running_ids() == {session.conversation.id}
    await studio.aclose()
    assert (
        [change for change in heard if isinstance(change, RunningChanged)][-1:] == [RunningChanged(running=False)]
    ) == used
