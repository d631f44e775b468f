"""Starts the window. It is shown first; everything that takes time is loaded and read after its first painting."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from chat_studio.paths import Paths
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.first_look import FirstLook
from chat_studio.ui.notices import FailureNotices, Notices
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.ui.shell import Shell

PAINT_SECONDS = 2.0
"""How long the first painting is waited for: a window that starts minimised has none."""
CLOSING_SECONDS = 8.0


def main(paths: Paths) -> int:
    """Runs the window until it is closed; returns the exit code."""
    app = QApplication.instance() or QApplication(["chat-studio"])
    assert isinstance(app, QApplication)  # noqa: S101
    app.setApplicationName("chat-studio")
    app.setDesktopFileName("chat-studio")
    return Program(app, paths).run()


class Program:
    """From the first painting to the end."""

    def __init__(self, app: QApplication, paths: Paths) -> None:
        look = FirstLook.read(paths.settings)
        self._app = app
        self._paths = paths
        self._appearance = Appearance(app, look.theme, look.font_size)
        self._conversations = ConversationModel(self._appearance)
        self._shell: Shell | None = None
        self.window = MainWindow(self._appearance, self._conversations)
        self.window.restore_place(look.geometry, look.layout)
        self.window.composer.set_busy(True)

    def run(self) -> int:
        painting = FirstPainting(self.window)
        self.window.show()
        return aio.run(self._app, lambda quitting: self._live(painting, quitting))

    async def _live(self, painting: FirstPainting, quitting: asyncio.Event) -> int:
        with _failures_shown(self.window.notices):
            self.window.close_requested.connect(lambda: aio.spawn(self._close(quitting), self.window, "close"))
            await painting.wait()
            loading = aio.spawn(self._load(), self.window, "load")
            await quitting.wait()
            loading.cancel()
            self.window.hide()
            if self._shell is not None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._shell.aclose(), CLOSING_SECONDS)
        return 0

    async def _load(self) -> None:
        """Imports the rest in a thread meanwhile the window takes typing, then shows what there is."""
        build = await asyncio.to_thread(_import_rest)
        self._shell = await build(self._paths, self.window, self._conversations, self._appearance)
        await self._shell.load()
        self.window.composer.set_busy(False)

    async def _close(self, quitting: asyncio.Event) -> None:
        if self._shell is None or await self._shell.may_close():
            quitting.set()


class FirstPainting(QObject):
    """Knows when its window has been painted for the first time."""

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        self._done = asyncio.Event()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._done.set()
        return False

    async def wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), PAINT_SECONDS)


def _import_rest() -> Callable[[Paths, MainWindow, ConversationModel, Appearance], Awaitable[Shell]]:
    from chat_studio.ui.shell import build_shell

    return build_shell


@contextlib.contextmanager
def _failures_shown(notices: Notices) -> Iterator[None]:
    handler = FailureNotices(notices)
    aio.failures.addHandler(handler)
    try:
        yield
    finally:
        aio.failures.removeHandler(handler)
