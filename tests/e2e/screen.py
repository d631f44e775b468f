"""A display of the test's own, and the program on it as a process: typed at, looked at, killed."""

from __future__ import annotations

import asyncio
import os
import re
import struct
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

DEADLINE = 60.0
"""Seconds until a condition counts as never met; a busy machine is slow, a broken program waits for ever."""
SIZE = "1280x800x24"


async def until(condition: Callable[[], object], what: str) -> None:
    """Returns as soon as the condition holds."""
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"After {DEADLINE:.0f} s still not: {what}")
        await asyncio.sleep(0.03)


@dataclass(frozen=True)
class Screen:
    """An X server without a window manager: who is typed at is said by `focus`."""

    display: str
    framebuffer: Path

    @property
    def environment(self) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if key not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        return {**own, "DISPLAY": self.display}

    async def window_of(self, process: asyncio.subprocess.Process) -> str:
        """Waits for the program's window and focuses it; returns its id."""
        name = ["--all", "--pid", str(process.pid), "--name", "^Chat Studio"]
        found = await self._xdotool("search", "--sync", "--onlyvisible", *name)
        window = found.split()[0]
        await self.focus(window)
        return window

    async def focus(self, window: str) -> None:
        await self._xdotool("windowraise", window, "windowfocus", "--sync", window)

    async def type(self, text: str) -> None:
        await self._xdotool("type", "--delay", "5", text)

    async def press(self, *keys: str) -> None:
        await self._xdotool("key", *keys)

    async def click(self, x: int, y: int) -> None:
        await self._xdotool("mousemove", str(x), str(y), "click", "1")

    async def _xdotool(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            "xdotool", *arguments, env=self.environment, stdout=asyncio.subprocess.PIPE
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), DEADLINE)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise TimeoutError(f"After {DEADLINE:.0f} s still waiting: xdotool {' '.join(arguments)}") from None
        assert process.returncode == 0, arguments
        return output.decode()

    def picture(self) -> QImage:
        """What the screen shows now."""
        dump = self.framebuffer.read_bytes()
        header, _, _, _, width, height, *others = struct.unpack(">20I", dump[:80])
        bytes_per_line, colours = others[6], others[13]
        begin = header + 12 * colours
        return QImage(dump[begin:], width, height, bytes_per_line, QImage.Format.Format_RGB32).copy()

    def widest_run(self, colour: str) -> int:
        """The longest horizontal run of pixels of exactly this colour, like “#1C1D1F”."""
        picture = self.picture()
        pixel = bytes.fromhex(colour.removeprefix("#"))[::-1]  # in memory: blue, green, red, and one unused byte
        run = re.compile(b"(?:" + re.escape(pixel) + b".)+", re.DOTALL)
        rows = bytes(picture.constBits())
        stride = picture.bytesPerLine()
        matches = (run.finditer(rows[top : top + stride]) for top in range(0, len(rows), stride))
        return max((len(match[0]) // 4 for row in matches for match in row), default=0)


@asynccontextmanager
async def screen(folder: Path) -> AsyncIterator[Screen]:
    """Runs an X server that keeps its picture in a file of `folder`."""
    reading, writing = os.pipe()
    server = await asyncio.create_subprocess_exec(
        "Xvfb", "-displayfd", str(writing), "-fbdir", str(folder), "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset",
        pass_fds=[writing], stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = (await asyncio.to_thread(pipe.readline)).strip()
        yield Screen(f":{number}", folder / "Xvfb_screen0")
    finally:
        await _end(server)


@asynccontextmanager
async def program(on: Screen, home: Path, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Starts the program on a home of its own; what it says goes to `log`. It is killed at the end if it still runs."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chat_studio", "--home", str(home), env=on.environment, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
