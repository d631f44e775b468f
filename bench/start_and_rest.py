"""Start-up, memory and idleness, against the bare program."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench.figures import Figure
from bench.homes import with_history
from bench.processes import cpu_seconds, memory
from bench.running import program, told

SETTLING = 10
"""Seconds after the start until memory is read."""


def start(env: Mapping[str, str], rounds: int) -> list[Figure]:
    """CPU to the first painted window that takes typing; the two programs take turns."""
    bare, ours = [], []
    with tempfile.TemporaryDirectory() as home:
        _started("bench.bare", env)  # the first start of each reads files and writes byte code
        _started("bench.studio", env, "--home", home)
        for _ in range(rounds):
            bare.append(_started("bench.bare", env))
            ours.append(_started("bench.studio", env, "--home", home))
    ratios = [mine / yardstick for mine, yardstick in zip(ours, bare, strict=True)]
    return [
        Figure("bare program: CPU to its window", "ms", [1000 * value for value in bare]),
        Figure("CPU to the first painted window that takes typing", "ms", [1000 * value for value in ours]),
        Figure("the same against the bare program", "×", ratios, bound=3.0),
    ]


def rest(env: Mapping[str, str], rounds: int, seconds: int) -> list[Figure]:
    """Memory 10 s after the start with 200 conversations, then CPU while nothing happens."""
    bare, ours, idle = [], [], []
    with tempfile.TemporaryDirectory() as home:
        with_history(Path(home), 200)
        for _ in range(rounds):
            with program("bench.bare", env=env) as process:
                told(process)
                time.sleep(SETTLING)
                bare.append(memory(process.pid))
            with program("bench.studio", "--home", home, env=env) as process:
                told(process)
                time.sleep(SETTLING)
                ours.append(memory(process.pid))
                before = cpu_seconds(process.pid)
                time.sleep(seconds)
                idle.append(cpu_seconds(process.pid) - before)
    ratios = [mine / yardstick for mine, yardstick in zip(ours, bare, strict=True)]
    return [
        Figure("bare program: memory", "MB", bare),
        Figure("idle memory, 200 conversations", "MB", ours),
        Figure("the same against the bare program", "×", ratios, bound=2.2),
        Figure(f"CPU in {seconds} idle seconds", "s", idle, bound=0.1 * seconds / 30),
    ]


def _started(module: str, env: Mapping[str, str], *arguments: str) -> float:
    with program(module, *arguments, env=env) as process:
        return float(told(process)["cpu"])
