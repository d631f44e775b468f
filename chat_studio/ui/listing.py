"""Fills the list of conversations from the history, a page at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PySide6.QtCore import QObject

from chat_studio.chat.sessions import Sessions
from chat_studio.history.listing import EVERYTHING, ListQuery, Place
from chat_studio.history.records import ConversationRecord
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import spawn
from chat_studio.ui.conversation_model import ConversationModel

PAGE = 200


class Listing(QObject):
    """Which conversations the list shows: those of a scope, such as a folder, whose titles have the words searched."""

    def __init__(
        self, model: ConversationModel, history: HistoryStore, sessions: Sessions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._history = history
        self._sessions = sessions
        self._scope = EVERYTHING
        self._title = ""
        self._after: Place | None = None
        self._reading: asyncio.Task[None] | None = None
        model.more_wanted.connect(self._read_on)

    @property
    def scope(self) -> ListQuery:
        return self._scope

    @property
    def query(self) -> ListQuery:
        return replace(self._scope, title=self._title)

    def show(self, scope: ListQuery) -> None:
        """Shows another scope, from its beginning."""
        self._scope = scope
        self.reload()

    async def filter(self, title: str) -> None:
        """Shows those whose titles have all words. Raises StorageError."""
        self._title = title
        await self.load()

    def clear_filter(self) -> None:
        """Shows all of the scope again."""
        self._title = ""
        self.reload()

    def reload(self) -> None:
        """Reads what is shown anew."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = spawn(self.load(), self, "list conversations")

    async def load(self) -> None:
        """The first page, in the place of what is shown. Raises StorageError."""
        query = self.query
        page = await self._history.page(query, None, PAGE)
        if query != self.query:
            return
        self._after = page.after
        temporary = [record for record in self._sessions.temporary() if query.holds(record)]
        self._model.set_records(
            page.conversations, complete=page.after is None, temporary=temporary, filtered=bool(query.title)
        )

    def record(self, conversation_id: str) -> ConversationRecord | None:
        """A conversation that is listed or open."""
        session = self._sessions.live(conversation_id)
        known = session.conversation if session is not None and session.records else None
        return self._model.record(conversation_id) or known

    def put(self, record: ConversationRecord) -> None:
        """A conversation is new, or another than it was."""
        if any(record.id == known.id for known in self._sessions.temporary()):
            self._model.put(record, temporary=True)
        elif self.query.holds(record):
            self._model.put(record)
        else:
            self._model.take(record.id)

    def take(self, conversation_id: str) -> None:
        """A conversation is gone."""
        self._model.take(conversation_id)

    def _read_on(self) -> None:
        if self._reading is None or self._reading.done():
            self._reading = spawn(self._read_next(), self, "list more conversations")

    async def _read_next(self) -> None:
        """Pages grow with the list, since laying it out costs more with each: scrolling far stays cheap."""
        query, after = self.query, self._after
        if after is None:
            return
        page = await self._history.page(query, after, max(PAGE, len(self._model.records) // 2))
        if (query, after) == (self.query, self._after):
            self._after = page.after
            self._model.add_records(page.conversations, complete=page.after is None)
