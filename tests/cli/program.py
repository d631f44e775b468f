"""Running commands."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as one JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def demo(id: str, **fields: object) -> dict[str, object]:  # noqa: A002
    """A demo connection without delays."""
    speed = {"default_parameters": {"tokens_per_second": 0}}
    return {"id": id, "name": f"Name of {id}", "provider": "demo", "is_local": True, **speed, **fields}


async def start(*arguments: object, **variables: str) -> Process:
    """Starts `chat-studio` with arguments, under the environment of the test and more variables ("" removes one)."""
    environment = {name: value for name, value in {**os.environ, **variables}.items() if value}
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "chat_studio", *map(str, arguments)]
    return await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment)


async def run(*arguments: object, stdin: str = "", **variables: str) -> Done:
    """Runs it to its end."""
    return await finished(await start(*arguments, **variables), stdin)


async def finished(process: Process, stdin: str = "") -> Done:
    out, err = await process.communicate(stdin.encode())
    assert process.returncode is not None
    return Done(process.returncode, out.decode(), err.decode())
