"""Starting the measured programs and reading what they tell."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import IO, Any


@contextlib.contextmanager
def program(module: str, *arguments: str, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Runs `python -m module …` for the length of the block; its standard output is for `told`."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, env=dict(env) if env else None, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def told(process: subprocess.Popen[str]) -> Any:
    """The next line of JSON. Raises RuntimeError when the program ended without one."""
    output: IO[str] | None = process.stdout
    line = output.readline() if output else ""
    if not line:
        raise RuntimeError(f"{process.args} ended early with {process.wait()}")
    return json.loads(line)
