"""Starts the window: shows it first, and does everything else after its first painting."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from chat_studio.paths import Paths
from chat_studio.studio import Studio
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.bridge import FRAME
from chat_studio.ui.notices import FailureNotices, Notices
from chat_studio.ui.preferences import Preferences
from chat_studio.ui.shell import Shell

PAINT_SECONDS = 2.0
"""How long the first painting is waited for: a window that starts minimised has none."""
CLOSING_SECONDS = 8.0


def main(paths: Paths) -> int:
    """Runs the window until it is closed; returns the exit code."""
    app = QApplication.instance() or QApplication(["chat-studio"])
    assert isinstance(app, QApplication)  # noqa: S101
    app.setApplicationName("chat-studio")
    app.setApplicationDisplayName("Chat Studio")
    app.setDesktopFileName("chat-studio")
    studio = Studio.build(paths, read_pause=FRAME)
    preferences = Preferences(studio.settings)
    appearance = Appearance(app, preferences.settings.theme, preferences.settings.font_size)
    shell = Shell(studio, appearance, preferences)
    painting = FirstPainting(shell.window)
    shell.window.show()
    return aio.run(app, lambda quitting: _live(shell, painting, quitting))


class FirstPainting(QObject):
    """Knows when its window has been painted for the first time."""

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        self.done = asyncio.Event()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self.done.set()
        return False

    async def wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.done.wait(), PAINT_SECONDS)


async def _live(shell: Shell, painting: FirstPainting, quitting: asyncio.Event) -> int:
    """The program from its first painting to its end."""
    with _failures_shown(shell.window.notices):
        shell.window.close_requested.connect(lambda: aio.spawn(_close(shell, quitting), shell.window, "close"))
        await painting.wait()
        loading = aio.spawn(shell.load(), shell.window, "load")
        await quitting.wait()
        loading.cancel()
        shell.window.hide()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(shell.aclose(), CLOSING_SECONDS)
    return 0


async def _close(shell: Shell, quitting: asyncio.Event) -> None:
    if await shell.may_close():
        quitting.set()


@contextlib.contextmanager
def _failures_shown(notices: Notices) -> Iterator[None]:
    handler = FailureNotices(notices)
    aio.failures.addHandler(handler)
    try:
        yield
    finally:
        aio.failures.removeHandler(handler)
