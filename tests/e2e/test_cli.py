"""The installed command, as a shell runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("chat-studio")
FAST = ("-c", "demo", "-m", "demo-fast")

ChatStudio = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def chat_studio(tmp_path: Path) -> ChatStudio:
    """Runs the command with an empty home and without a display."""
    without = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    environment = {**without, "CHAT_STUDIO_HOME": str(tmp_path / "home")}

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments], input=stdin, capture_output=True, text=True, env=environment, check=False
        )

    return run


def test_a_first_question_is_answered(chat_studio: ChatStudio) -> None:
    done = chat_studio("chat", *FAST, "What is a tide?")
    assert (done.returncode, done.stderr) == (0, "")
    assert "What is a tide?" in done.stdout
    assert "```python" in done.stdout
    assert "\x1b" not in done.stdout


def test_events_are_lines_of_json(chat_studio: ChatStudio) -> None:
    done = chat_studio("chat", *FAST, "--json", "-", stdin="What is a tide?")
    kinds = [json.loads(line)["type"] for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert {"reasoning", "text", "usage"} < set(kinds)
    assert kinds[-1] == "finish"


def test_only_a_saved_answer_is_found_again(chat_studio: ChatStudio) -> None:
    chat_studio("chat", *FAST, "Nobody shall know")
    chat_studio("chat", *FAST, "--save", "What is a tide?")
    done = chat_studio("history", "list")
    assert done.returncode == 0
    assert "What is a tide?" in done.stdout
    assert "Nobody" not in done.stdout


def test_a_failing_endpoint_is_exit_code_3(chat_studio: ChatStudio) -> None:
    done = chat_studio("chat", "-c", "demo", "-m", "demo-refuse", "--no-retry", "Hello")
    assert (done.returncode, done.stdout) == (3, "")
    assert "Demo (offline)" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_display_the_terminal_is_named(chat_studio: ChatStudio) -> None:
    done = chat_studio()
    assert done.returncode == 4
    assert "no display" in done.stderr
    assert f"{COMMAND} chat" in done.stderr
