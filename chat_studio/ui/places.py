"""Where the reader of each conversation was."""

from __future__ import annotations

from PySide6.QtCore import QObject

from chat_studio.chat.session import Session
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import spawn
from chat_studio.ui.transcript.reading_place import ReadingPlace
from chat_studio.ui.transcript.view import Transcript


class Places(QObject):
    """Keeps the place of the conversation that is left, and gives it back when it is shown again; "" is its end."""

    def __init__(self, transcript: Transcript, history: HistoryStore) -> None:
        super().__init__(transcript)
        self._transcript = transcript
        self._history = history
        self._session: Session | None = None
        self._known: dict[str, str] = {}

    def enter(self, session: Session | None) -> ReadingPlace | None:
        """The session is shown from now on; returns where its reader was."""
        self._session = session
        if session is None:
            return None
        known = self._known.setdefault(session.conversation.id, session.desk.place)
        return ReadingPlace.parse(known)

    def leave(self) -> None:
        """Another one is about to be shown: keeps the place in this one."""
        moved = self._moved()
        if moved is not None:
            spawn(self._history.put_place(*moved), self, "keep the reader's place")

    async def aclose(self) -> None:
        """The same at the end of the program. Raises StorageError."""
        moved = self._moved()
        if moved is not None:
            await self._history.put_place(*moved)

    def _moved(self) -> tuple[str, str] | None:
        """The conversation and its new place, if that is to be stored."""
        session = self._session
        if session is None or not session.records:
            return None
        name, here = session.conversation.id, str(self._transcript.place() or "")
        was, self._known[name] = self._known.get(name, ""), here
        return None if session.temporary or here == was else (name, here)
