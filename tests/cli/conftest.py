"""A home with connections for commands, and two ways to run them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from cli.program import Done, demo

from chat_studio.cli.main import run
from chat_studio.paths import Paths


@pytest.fixture
def studio_home(home: Path) -> Path:
    return home / "studio"


@pytest.fixture
def connections(studio_home: Path) -> Callable[[Sequence[dict[str, object]]], None]:
    """Writes the file of connections."""

    def write(entries: Sequence[dict[str, object]]) -> None:
        path = Paths.find(studio_home).connections
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"connections": entries}))

    write([demo("fast"), demo("slow", default_parameters={}), demo("off", enabled=False)])
    return write


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs a command in this process, as `main` does."""

    def call(*arguments: object) -> Done:
        code = run([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return Done(code, written.out, written.err)

    return call
