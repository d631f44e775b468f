"""What is typed into the search field: filters the list, and finds messages."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from chat_studio.errors import StorageError
from chat_studio.history.query import SearchQuery
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import spawn
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.listing import Listing
from chat_studio.ui.window import MainWindow

PAUSE = 60
"""Milliseconds without a key before anything is searched."""
MOST_HITS = 100
MOST_COUNTED = 1000


class Searching(QObject):
    """One search at a time: the next one ends it."""

    def __init__(self, window: MainWindow, model: ConversationModel, listing: Listing, history: HistoryStore) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._listing = listing
        self._history = history
        self._text = ""
        self._searching: asyncio.Task[None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._begin)
        window.sidebar.search_changed.connect(self.search)

    def search(self, text: str) -> None:
        """Searches for a text as it is typed; "" shows everything again, at once."""
        self._text = text
        if self._searching is not None:
            self._searching.cancel()
        if text:
            self._pause.start()
        else:
            self._pause.stop()
            self._listing.clear_filter()

    def _begin(self) -> None:
        self._searching = spawn(self._search(self._text), self, "search")

    async def _search(self, text: str) -> None:
        try:
            query = await self._within_scope(SearchQuery.typed(text))
            if query.words:
                await self._listing.filter(query.words)
            else:
                self._model.set_records((), filtered=True)  # there are only filters, which titles do not answer
            hits = await self._history.search(query, MOST_HITS)
            self._model.set_hits(hits, f"Messages ({len(hits)})" if hits else "Messages")
            if len(hits) == MOST_HITS:
                count = await self._history.count_hits(query, MOST_COUNTED)
                more = "+" if count >= MOST_COUNTED else ""
                self._model.set_hits(hits, f"Messages ({MOST_HITS} newest of {count:,}{more})")
        except StorageError as error:
            self._window.notices.tell_error(error)

    async def _within_scope(self, query: SearchQuery) -> SearchQuery:
        """A search in the folder, the tag or the archive that is listed, unless it names others itself."""
        scope = self._listing.scope
        names = {folder.id: folder.name for folder in await self._history.folders()} if scope.folder_id else {}
        return replace(
            query,
            folder=query.folder or names.get(scope.folder_id or "", ""),
            tag=query.tag or scope.tag,
            archived=True if scope.archived else query.archived,
        )
