"""The history as the rest of the program sees it: asynchronous, durable, safe to share between programs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from chat_studio.history import conversations, messages, recovery, search
from chat_studio.history.db import database_errors, open_database
from chat_studio.history.records import ConversationRecord, JournalPiece, MessageRecord, MessageState, SearchHit
from chat_studio.history.runner import Runner

P = ParamSpec("P")
T = TypeVar("T")


class HistoryStore:
    """Conversations and their messages in one SQLite file.

    Every method runs on one worker thread, in the order of the calls, and goes on to its end even when the caller is
    cancelled. Nothing is opened before the first call. All methods raise StorageError when the disk or the database
    refuses; nothing that was stored is lost then.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        self._runner = Runner(path.with_name("running"))
        self._db: sqlite3.Connection | None = None
        self._closed = False

    async def conversations(self) -> list[ConversationRecord]:
        """All conversations that are not deleted, the one that changed last first."""
        return await self._run(conversations.all_of)

    async def conversation(self, conversation_id: str) -> ConversationRecord:
        """One conversation, deleted or not. Raises ConversationNotFound."""
        return await self._run(conversations.one, conversation_id)

    async def create_conversation(self, *, connection_id: str, model: str, title: str = "") -> ConversationRecord:
        """Stores an empty conversation."""
        conversation = conversations.new(connection_id, model, title)
        await self._run(conversations.insert, conversation)
        return conversation

    async def rename(self, conversation_id: str, title: str) -> None:
        await self._run(conversations.rename, conversation_id, title)

    async def delete(self, conversation_id: str) -> None:
        """Hides a conversation from lists and searches, until `restore`, or `purge_deleted` after a while."""
        await self._run(conversations.delete, conversation_id)

    async def restore(self, conversation_id: str) -> None:
        await self._run(conversations.restore, conversation_id)

    async def purge_deleted(self, before: datetime) -> int:
        """Removes for good what was deleted before a time (aware, any zone); returns how many conversations."""
        return await self._run(conversations.purge_deleted, before)

    async def set_route(self, conversation_id: str, connection_id: str, model: str) -> None:
        """Which connection and model the next question of a conversation goes to."""
        await self._run(conversations.set_route, conversation_id, connection_id, model)

    async def thread(self, conversation_id: str) -> list[MessageRecord]:
        """The branch that is shown, root to leaf. An answer that is still coming has what was journalled so far."""
        return await self._run(messages.thread, conversation_id)

    async def append(self, *records: MessageRecord, creating: ConversationRecord | None = None) -> ConversationRecord:
        """Adds messages of one conversation, the last becoming the leaf, all or none; returns the conversation.

        `creating` adds the conversation with them. The route of an answer becomes the conversation's.
        """
        return await self._run(self._append, records, creating)

    async def journal(self, answer: MessageRecord, pieces: Sequence[JournalPiece]) -> None:
        """Keeps what a running answer gained, and who gives it."""
        await self._run(messages.journal, answer, pieces)

    async def finish(self, record: MessageRecord) -> ConversationRecord:
        """Gives a message its final form, and drops its journal; returns the conversation."""
        return await self._run(messages.finish, record)

    async def recover(self) -> int:
        """Ends answers whose program is gone as INTERRUPTED, with what was journalled; returns how many."""
        return await self._run(recovery.recover, self._runner)

    async def search(self, query: str, limit: int = 50) -> list[SearchHit]:
        """Messages that have all words of `query` (the last may be unfinished; “…” for phrases), best first."""
        return await self._run(search.search, query, limit)

    async def aclose(self) -> None:
        """Closes the file, for good. Waits for work that was begun."""
        if not self._closed:
            self._closed = True
            await asyncio.shield(asyncio.wrap_future(self._worker.submit(self._close)))
            self._worker.shutdown()

    async def _run(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        def run() -> T:
            with database_errors(self._path):
                if self._db is None:
                    self._db = open_database(self._path)
                return work(self._db, *args, **kwargs)

        return await asyncio.shield(asyncio.wrap_future(self._worker.submit(run)))

    def _append(
        self, db: sqlite3.Connection, records: Sequence[MessageRecord], creating: ConversationRecord | None
    ) -> ConversationRecord:
        if any(record.state is MessageState.STREAMING for record in records):
            self._runner.begin()
        return messages.append(db, records, creating, self._runner.id)

    def _close(self) -> None:
        with database_errors(self._path):
            if self._db is not None:
                self._db.close()
                self._db = None
            self._runner.end()
