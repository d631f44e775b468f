"""Starts the window. It is shown first; everything that takes time is loaded and read after its first painting."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from chat_studio.errors import StudioError
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
        self.appearance = Appearance(app, look.theme, look.font_size)
        self.shell: Shell | None = None
        self.loading: asyncio.Task[None] | None = None
        """Reads what there is, and ends when the window shows it."""
        self.window, self._conversations = self._make_window(look)

    def run(self) -> int:
        painting = FirstPainting(self.window)
        self.window.show()
        return aio.run(self._app, lambda quitting: self.live(painting, quitting))

    async def live(self, painting: FirstPainting, quitting: asyncio.Event) -> int:
        """Until the program ends; a restart closes the window, and opens another one on what is stored then."""
        told: Sequence[str] = ()
        while True:
            restarting: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
            with _failures_shown(self.window.notices):
                await self._live(painting, told, quitting, restarting)
            if not restarting.done():
                return 0
            told = await self._finish_restore(restarting.result())
            painting = self._open_again()

    async def _live(
        self,
        painting: FirstPainting,
        told: Sequence[str],
        quitting: asyncio.Event,
        restarting: asyncio.Future[Sequence[str]],
    ) -> None:
        """One window, from its painting to its end."""
        self.window.close_requested.connect(lambda: aio.spawn(self._close(quitting), self.window, "close"))
        self.window.restart_requested.connect(lambda told: None if restarting.done() else restarting.set_result(told))
        for sentence in told:
            self.window.notices.tell(sentence)
        await painting.wait()
        self.loading = aio.spawn(self._load(), self.window, "load")
        asked: asyncio.Future[Any] = asyncio.ensure_future(quitting.wait())
        await asyncio.wait([asked, restarting], return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        self.loading.cancel()
        self.window.setVisible(restarting.done())
        if self.shell is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.shell.aclose(), CLOSING_SECONDS)

    async def _load(self) -> None:
        """Imports the rest in a thread meanwhile the window takes typing, then shows what there is."""
        build = await asyncio.to_thread(_import_rest)
        self.shell = await build(self._paths, self.window, self._conversations, self.appearance)
        await self.shell.load()
        self.window.composer.set_busy(False)

    async def _close(self, quitting: asyncio.Event) -> None:
        if self.shell is None or await self.shell.may_close():
            quitting.set()

    # -- a restart ---------------------------------------------------------------------------------------

    async def _finish_restore(self, told: Sequence[str]) -> Sequence[str]:
        """Puts in place what a restore has made ready; returns what to tell."""
        if not self._paths.prepared_restore.exists():
            return told
        from chat_studio.backup.restore import finish

        try:
            await asyncio.to_thread(finish, self._paths)
        except StudioError as error:
            return [f"The backup was not restored. {error.message} {error.hint}".strip()]
        return told

    def _open_again(self) -> FirstPainting:
        """Another window in the place of this one."""
        look = FirstLook.read(self._paths.settings)
        closed = self.window
        self.appearance.choose(look.theme, look.font_size)
        self.shell = self.loading = None
        self.window, self._conversations = self._make_window(look)
        painting = FirstPainting(self.window)
        self.window.show()
        closed.hide()
        closed.deleteLater()
        return painting

    def _make_window(self, look: FirstLook) -> tuple[MainWindow, ConversationModel]:
        conversations = ConversationModel()
        window = MainWindow(self.appearance, conversations)
        conversations.setParent(window)
        window.restore_place(look.geometry, look.layout)
        window.composer.set_busy(True)
        return window, conversations


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
