"""The program as it lives: with windows that close and open again."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from ui.shell.desk import PATIENCE, Desk

from chat_studio.paths import Paths
from chat_studio.ui.app import FirstPainting, Program


class Life:
    """`desk` is someone in front of the present window."""

    def __init__(self, program: Program, paths: Paths) -> None:
        self._program = program
        self._paths = paths

    async def desk(self) -> Desk:
        """When the window has everything."""
        async with asyncio.timeout(PATIENCE):
            while not self._is_ready():  # noqa: ASYNC110 - what a window shows is no event
                await asyncio.sleep(0.005)
        shell = self._program.shell
        assert shell is not None
        return Desk(self._program.window, shell, self._paths, self._program.appearance)

    async def next_desk(self, before: Desk) -> Desk:
        """In front of the window that opens after this one."""
        await before.until(lambda: self._program.window is not before.window)
        return await self.desk()

    def _is_ready(self) -> bool:
        return self._program.loading is not None and self._program.loading.done()


@contextlib.asynccontextmanager
async def living(paths: Paths, *entries: dict[str, Any]) -> AsyncIterator[Life]:
    """Starts the program on a home with these connections."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    paths.config.mkdir(parents=True, exist_ok=True)
    if entries:
        paths.connections.write_text(json.dumps({"connections": entries}), encoding="utf-8")
    program, quitting = Program(app, paths), asyncio.Event()
    painting = FirstPainting(program.window)
    program.window.show()
    life = asyncio.create_task(program.live(painting, quitting))
    yield Life(program, paths)
    quitting.set()
    async with asyncio.timeout(PATIENCE):
        assert await life == 0
    program.window.deleteLater()
    program.appearance.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
