"""Killing a program that stores things."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from durability.stored_state import Word

TESTS = Path(__file__).parent.parent


class Victim:
    """Starts the program again and again, and kills it."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
        self._process = subprocess.Popen(
            [sys.executable, TESTS / "durability" / "killed_program.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )

    def live_and_die(self, order: dict[str, Any], dice: random.Random, word: Word) -> int:
        """Kills it some time after some commits; returns how many it acknowledged. `word` hears everything."""
        self._order(order)
        assert self._process.stdout
        pid, heard, wanted = 0, 0, dice.randrange(1, 40)
        for line in self._process.stdout:
            told = _parsed(line)
            if told == "END":
                return heard
            if not isinstance(told, dict):
                continue  # it was killed while it said this
            pid = told.get("pid", pid)
            word.hear(told)
            heard += told.keys() == {"n"}
            if heard == wanted:
                wanted = -1
                time.sleep(dice.random() * 0.004)  # somewhere in the middle of what comes next
                os.kill(pid, signal.SIGKILL)
        raise AssertionError("the program ended by itself")

    def begin_and_die(self, order: dict[str, Any], seconds: float) -> None:
        """Kills it so long after its beginning, if it has not come to its end by then."""
        self._order(order)
        assert self._process.stdout
        pid = json.loads(self._process.stdout.readline())["pid"]
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self._wait_for_end()

    def do(self, order: dict[str, Any]) -> float:
        """Lets it come to its end; returns the seconds that took."""
        began = time.monotonic()
        self._order(order)
        self._wait_for_end()
        return time.monotonic() - began

    def _order(self, order: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()

    def _wait_for_end(self) -> None:
        assert self._process.stdout
        while _parsed(self._process.stdout.readline()) != "END":
            assert self._process.poll() is None

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
