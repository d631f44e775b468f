"""Finds out what answers at an address, one address at a time, without holding anything up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chat_studio.errors import StudioError
from chat_studio.ui import aio

if TYPE_CHECKING:
    from chat_studio.connections.detect import Detected


class Detection(QObject):
    """Starting one stops the one before.

    Signals:
        started(str), found(Detected), failed(StudioError): of the address that was asked for last.
        ended(): found, failed or cancelled.
    """

    started = Signal(str)
    found = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        return self._task is not None

    def start(self, url: str, key: str = "") -> None:
        self.cancel()
        self._task = aio.spawn(self._run(url, key), self, "detect")
        self.started.emit(url)

    def cancel(self) -> bool:
        """Stops what runs; False if nothing does."""
        task, self._task = self._task, None
        if task is None:
            return False
        task.cancel()
        self.ended.emit()
        return True

    async def _run(self, url: str, key: str) -> None:
        try:
            detect = await asyncio.to_thread(_detector)
            self._settle(self.found.emit, await detect(url, key))
        except StudioError as error:
            self._settle(self.failed.emit, error)

    def _settle(self, tell: Callable[[object], object], result: object) -> None:
        """Tells of a result, unless another address is asked by now."""
        if self._task is asyncio.current_task():
            self._task = None
            self.ended.emit()
            tell(result)


def _detector() -> Callable[[str, str], Awaitable[Detected]]:
    """Imported when it is used, and in a thread: it brings the HTTP library and all kinds with it."""
    from chat_studio.connections.detect import detect
    from chat_studio.providers import registry

    for kind in registry.kinds():
        registry.provider_class(kind)
    return detect
