"""All conversations: opens, renames and deletes them, and shows which are running or have news."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject

from chat_studio.chat.changes import Change, ConversationChanged, RunningChanged
from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StorageError
from chat_studio.history.records import ConversationRecord
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import spawn
from chat_studio.ui.chat import Chat
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.listing import Listing
from chat_studio.ui.notices import Action
from chat_studio.ui.window import MainWindow

SLOW = 3.0
"""Seconds after which opening the history is told: a new version of the program may have to bring it up to date."""
UPDATING = "The history is being brought up to date. With many conversations this takes some minutes; nothing is lost."
KEPT_DAYS = 30
"""Deleted conversations can be brought back by hand for so long."""


class Library(QObject):
    """Keeps the list in step with the history and with what the sessions do."""

    def __init__(
        self,
        window: MainWindow,
        model: ConversationModel,
        listing: Listing,
        history: HistoryStore,
        sessions: Sessions,
        chat: Chat,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._listing = listing
        self._history = history
        self._sessions = sessions
        self._chat = chat
        self._shown = ""
        self._news: frozenset[str] = frozenset()
        self._deleted: set[str] = set()
        sidebar = window.sidebar
        sidebar.new_requested.connect(chat.start_new)
        sidebar.list.opened.connect(self.open)
        sidebar.list.delete_requested.connect(self.delete)
        model.rename_requested.connect(self.rename)
        chat.shown.connect(self._on_shown)
        chat.conversation_added.connect(listing.put)
        self._unsubscribe = sessions.subscribe(self._on_change)

    async def load(self) -> None:
        """Reads the list; first ends what a killed program left behind. Raises StorageError."""
        slow = asyncio.get_running_loop().call_later(SLOW, self._window.notices.tell, UPDATING, "info")
        try:
            await self._history.recover()
        except StorageError as error:  # on a full or read-only disk there is still a lot to read
            self._window.notices.tell_error(error)
        finally:
            slow.cancel()
            self._window.notices.dismiss(UPDATING)
        await self._listing.load()
        self._window.sidebar.show_remark()
        with contextlib.suppress(StorageError):  # it was told just now, and the next start purges
            await self._history.purge_deleted(datetime.now(UTC) - timedelta(days=KEPT_DAYS))

    def close(self) -> None:
        self._unsubscribe()

    def open(self, conversation_id: str, message_id: str = "") -> None:
        spawn(self._open(conversation_id, message_id), self, "open a conversation")

    def rename(self, conversation_id: str, title: str) -> None:
        """The list shows the new title at once."""
        record = self._listing.record(conversation_id)
        if record is not None:
            self._put(replace(record, title=title))
            spawn(self._rename(record, title), self, "rename")

    def delete(self, conversation_id: str) -> None:
        """Takes a conversation away, and offers to bring it back."""
        record = self._listing.record(conversation_id)
        if record is not None:
            self._deleted.add(record.id)
            self._listing.take(record.id)
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
        session = self._sessions.live(before.id)
        try:
            if session is not None:
                await session.retitle(title, "user")
            else:
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
            if any(record.id == known.id for known in self._sessions.temporary()):
                await self._sessions.forget(record.id)
                return
            await self._history.delete(record.id)
        except StorageError as error:
            self._bring_back(record)
            self._window.notices.tell_error(error)
            return
        undo = Action("Undo", lambda: spawn(self._restore(record), self, "undo delete"))
        self._window.toast.offer(f"“{short(record.title)}” was deleted.", undo)

    async def _restore(self, record: ConversationRecord) -> None:
        await self._history.restore(record.id)
        self._bring_back(record)
        self.open(record.id)

    def _bring_back(self, record: ConversationRecord) -> None:
        self._deleted.discard(record.id)
        self._listing.put(record)

    def _put(self, record: ConversationRecord) -> None:
        self._listing.put(record)
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
            if change.conversation.leaf_id is not None:  # one that has not begun is listed nowhere
                self._listing.put(change.conversation)
                self._window.sidebar.list.select(self._shown)
        elif isinstance(change, RunningChanged):
            self._model.set_running(self._sessions.running_ids())
            if not change.running and conversation_id != self._shown:
                self._news |= {conversation_id}
                self._model.set_news(self._news)


def short(title: str, longest: int = 40) -> str:
    return title if len(title) <= longest else f"{title[: longest - 1].rstrip()}…"
