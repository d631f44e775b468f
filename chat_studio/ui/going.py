"""Where the palette can go: conversations by their titles, folders, connections."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from chat_studio.errors import StorageError
from chat_studio.history.fold import fold
from chat_studio.history.listing import ListQuery
from chat_studio.history.records import ConversationRecord
from chat_studio.history.store import HistoryStore
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.library import Library
from chat_studio.ui.palette import Command
from chat_studio.ui.routes import Routes
from chat_studio.ui.scopes import Scopes
from chat_studio.ui.window import MainWindow

MOST_LISTED = 500
MOST = 30
"""Conversations that are offered for what was typed."""


class Going:
    """Makes commands that go somewhere; the keyboard is in the composer afterwards."""

    def __init__(
        self,
        window: MainWindow,
        model: ConversationModel,
        library: Library,
        scopes: Scopes,
        routes: Routes,
        history: HistoryStore,
    ) -> None:
        self._window = window
        self._model = model
        self._library = library
        self._scopes = scopes
        self._routes = routes
        self._history = history

    def connections(self) -> list[Command]:
        return [
            Command(f"Use {known.name}", "Connection", partial(self._use, known.id), target=f"connection {known.id}")
            for known in self._routes.usable
        ]

    def listed(self) -> list[Command]:
        """The conversations that the sidebar has at hand."""
        return [self._to(record) for record in self._model.records[:MOST_LISTED]]

    async def look_up(self, text: str) -> Sequence[Command]:
        """Folders and conversations, archived ones too, whose names have all words; the newest for nothing typed."""
        try:
            page = await self._history.page(ListQuery(title=text, archived=None), None, MOST)
            folders = await self._history.folders()
        except StorageError as error:
            self._window.notices.tell_error(error)
            return []
        words = fold(text).split()
        found = [folder for folder in folders if words and all(word in fold(folder.name) for word in words)]
        return [
            *(Command(one.name, "Folder", partial(self._list, one.id, one.name), target=one.id) for one in found),
            *map(self._to, page.conversations),
        ]

    def _to(self, record: ConversationRecord) -> Command:
        group = "Archived conversation" if record.archived else "Conversation"
        return Command(record.title, group, partial(self._open, record.id), target=record.id)

    def _open(self, conversation_id: str) -> None:
        self._library.open(conversation_id)
        self._window.composer.setFocus()

    def _list(self, folder_id: str, name: str) -> None:
        self._scopes.show(ListQuery(folder_id=folder_id), name)
        self._window.sidebar.list.setFocus()

    def _use(self, connection_id: str) -> None:
        self._routes.choose(connection_id)
        self._window.composer.setFocus()
