"""All conversations: lists, renames, deletes and finds them, and shows which are running or have news."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer

from chat_studio.chat.changes import Change, ConversationChanged, RunningChanged
from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StorageError
from chat_studio.history.records import ConversationRecord
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import spawn
from chat_studio.ui.chat import Chat
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.notices import Action
from chat_studio.ui.window import MainWindow

SEARCH_PAUSE = 120
"""Milliseconds without a key before messages are searched; titles are filtered at once."""
KEPT_DAYS = 30
"""Deleted conversations can be brought back by hand for so long."""


class Library(QObject):
    """Keeps `model` in step with the history and with what the sessions do."""

    def __init__(
        self, window: MainWindow, model: ConversationModel, history: HistoryStore, sessions: Sessions, chat: Chat
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._history = history
        self._sessions = sessions
        self._chat = chat
        self._shown = ""
        self._news: frozenset[str] = frozenset()
        self._deleted: set[str] = set()
        self._searching: asyncio.Task[None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE)
        self._pause.timeout.connect(self._search)
        sidebar = window.sidebar
        sidebar.search_changed.connect(self._filter)
        sidebar.new_requested.connect(chat.start_new)
        sidebar.list.opened.connect(self.open)
        sidebar.list.delete_requested.connect(self.delete)
        model.rename_requested.connect(self.rename)
        chat.shown.connect(self._on_shown)
        self._unsubscribe = sessions.subscribe(self._on_change)

    async def load(self) -> None:
        """Reads the list; first ends what a killed program left behind. Raises StorageError."""
        await self._history.recover()
        self._model.set_records(await self._history.conversations())
        self._window.sidebar.show_remark()
        await self._history.purge_deleted(datetime.now(UTC) - timedelta(days=KEPT_DAYS))

    def close(self) -> None:
        self._unsubscribe()

    def open(self, conversation_id: str, message_id: str = "") -> None:
        spawn(self._open(conversation_id, message_id), self, "open a conversation")

    def rename(self, conversation_id: str, title: str) -> None:
        """The list shows the new title at once."""
        record = self._model.record(conversation_id)
        if record is not None:
            self._put(replace(record, title=title))
            spawn(self._rename(record, title), self, "rename")

    def delete(self, conversation_id: str) -> None:
        """Takes a conversation away, and offers to bring it back."""
        record = self._model.record(conversation_id)
        if record is not None:
            self._deleted.add(record.id)
            self._model.take(record.id)
            if record.id == self._shown:
                self._chat.leave()
            spawn(self._delete(record), self, "delete")

    # -- the history -------------------------------------------------------------------------------------

    async def _open(self, conversation_id: str, message_id: str) -> None:
        try:
            await self._chat.open(conversation_id, message_id)
        except StorageError as error:
            self._window.notices.tell_error(error)
            self._window.sidebar.list.select(self._shown)

    async def _rename(self, before: ConversationRecord, title: str) -> None:
        try:
            await self._history.retitle(before.id, title, "user")
        except StorageError as error:
            self._put(before)
            self._window.notices.tell_error(error)

    async def _delete(self, record: ConversationRecord) -> None:
        try:
            if record.id in self._sessions.running_ids():
                session = await self._sessions.open(record.id)
                session.stop()
                await session.wait()
            await self._history.delete(record.id)
        except StorageError as error:
            self._bring_back(record)
            self._window.notices.tell_error(error)
            return
        undo = Action("Undo", lambda: spawn(self._restore(record), self, "undo delete"))
        self._window.toast.offer(f"“{_short(record.title)}” was deleted.", undo)

    async def _restore(self, record: ConversationRecord) -> None:
        await self._history.restore(record.id)
        self._bring_back(record)
        self.open(record.id)

    def _bring_back(self, record: ConversationRecord) -> None:
        self._deleted.discard(record.id)
        self._model.put(record)

    def _put(self, record: ConversationRecord) -> None:
        self._model.put(record)
        if record.id == self._shown:
            self._window.set_conversation_title(record.title)

    # -- what happens ------------------------------------------------------------------------------------

    def _on_shown(self, conversation_id: str) -> None:
        self._shown = conversation_id
        self._news -= {conversation_id}
        self._model.set_news(self._news)
        self._window.sidebar.list.select(conversation_id)

    def _on_change(self, conversation_id: str, change: Change) -> None:
        if isinstance(change, ConversationChanged) and conversation_id not in self._deleted:
            self._model.put(change.conversation)
            self._window.sidebar.list.select(self._shown)
        elif isinstance(change, RunningChanged):
            self._model.set_running(self._sessions.running_ids())
            if not change.running and conversation_id != self._shown:
                self._news |= {conversation_id}
                self._model.set_news(self._news)

    # -- search ------------------------------------------------------------------------------------------

    def _filter(self, text: str) -> None:
        if self._searching is not None:
            self._searching.cancel()
        self._model.set_filter(text)
        self._window.sidebar.list.select(self._shown)
        self._pause.start() if text else self._pause.stop()

    def _search(self) -> None:
        text = self._window.sidebar.search.text().strip()
        self._searching = spawn(self._find(text), self, "search")

    async def _find(self, text: str) -> None:
        hits = await self._history.search(text)
        self._model.set_hits(hits)
        self._window.sidebar.list.select(self._shown)


def _short(title: str, longest: int = 40) -> str:
    return title if len(title) <= longest else f"{title[: longest - 1].rstrip()}…"
