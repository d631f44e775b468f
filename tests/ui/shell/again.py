"""A second start of the program on a home."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from PySide6.QtCore import QCoreApplication, QEvent
from ui.shell.desk import Desk

from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.shell import build_shell
from chat_studio.ui.window import MainWindow


@contextlib.asynccontextmanager
async def started_again(desk: Desk, typed: str = "") -> AsyncIterator[Desk]:
    """Another window, which knows only what the first one has stored; `typed` at once, before anything is read."""
    conversations = ConversationModel()
    window = MainWindow(desk.appearance, conversations)
    shell = await build_shell(desk.paths, window, conversations, desk.appearance)
    window.show()
    window.composer.set_text(typed)
    await shell.load()
    made = Desk(window, shell, desk.paths, desk.appearance)
    await made.until(lambda: made.models.count() and not made.models.itemText(0).startswith("Asking"))
    yield made
    window.hide()
    await shell.aclose()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
