"""What another program has changed in the same history: a second window, or the command line."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QWindow

from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StorageError
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import spawn
from chat_studio.ui.chat import Chat
from chat_studio.ui.shelf import Shelf


class Elsewhere(QObject):
    """Reads the list and the conversation that is shown anew when the user comes back to the window; a question would
    otherwise go beside what was asked elsewhere, not after it."""

    def __init__(self, parent: QObject, history: HistoryStore, sessions: Sessions, chat: Chat, shelf: Shelf) -> None:
        super().__init__(parent)
        self._history = history
        self._sessions = sessions
        self._chat = chat
        self._shelf = shelf
        self._watches = False
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._on_focus)

    def begin(self) -> None:
        """Looks from now on: the history has been read, and is sound enough for that."""
        self._watches = True

    def close(self) -> None:
        """Looks no more: the history is about to be closed."""
        self._watches = False

    async def look(self) -> None:
        """Reads anew if something was changed; what is being answered or written here stays."""
        try:
            changed = await self._history.changed_elsewhere()
        except StorageError:
            return  # whoever needs the history next is told of it
        if changed:
            self._shelf.listing.reload()
            self._shelf.organising.changed.emit()
            self._sessions.let_go()
            shown = self._chat.conversation
            if shown is not None:
                self._shelf.library.open(shown.id)

    def _on_focus(self, window: QWindow | None) -> None:
        if self._watches and window is not None:
            spawn(self.look(), self, "look for changes by other programs")
