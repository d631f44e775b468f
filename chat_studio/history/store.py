"""The history as the rest of the program sees it: asynchronous, durable, safe to share between programs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, TypeVar

from chat_studio.history import (
    blobs,
    conversations,
    desks,
    folders,
    listing,
    messages,
    narrowing,
    recovery,
    search,
    whole,
)
from chat_studio.history.branch import Branch
from chat_studio.history.folders import FolderCount, TagCount
from chat_studio.history.listing import EVERYTHING, ListQuery, Page, Place
from chat_studio.history.messages import Opened
from chat_studio.history.query import SearchQuery
from chat_studio.history.records import (
    ConversationRecord,
    Desk,
    Folder,
    JournalPiece,
    MessageRecord,
    MessageState,
    SearchHit,
    TitleBy,
)
from chat_studio.history.runner import Runner
from chat_studio.history.searches import Searches
from chat_studio.history.whole import Taken, Whole
from chat_studio.history.worker import Worker
from chat_studio.messages import Message, Part
from chat_studio.parameters import ConversationSettings

if TYPE_CHECKING:
    from chat_studio.history.check import Report

T = TypeVar("T")


class HistoryStore:
    """Conversations and their messages in one SQLite file.

    What changes something runs on one thread, in the order of the calls; what only reads has another, sees one state of
    the file, and neither holds up the other. Work that was begun goes on to its end even when the caller is cancelled.
    Nothing is opened before the first call. All methods raise StorageError when the disk or the database refuses;
    nothing that was stored is lost then.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = Worker(path, "history")
        self._reader = Worker(path, "history-reader", only_reads=True)
        self._runner = Runner(path.with_name("running"))
        self._run = self._writer.run
        self._searches = Searches(self._reader)
        self._seen = 0

    async def changed_elsewhere(self) -> bool:
        """Whether another program has changed something since the last call; False for the first."""
        seen = await self._run(_data_version)
        before, self._seen = self._seen, seen
        return before not in (0, seen)

    # -- conversations -----------------------------------------------------------------------------------

    async def conversation(self, conversation_id: str) -> ConversationRecord:
        """One conversation, deleted or not. Raises ConversationNotFound."""
        return await self._reader.run(conversations.one, conversation_id)

    async def retitle(self, conversation_id: str, title: str, by: TitleBy) -> None:
        """Names a conversation; what the user named keeps its name, unless it is the user again."""
        await self._run(conversations.retitle, conversation_id, title, by)

    async def set_settings(self, conversation_id: str, settings: ConversationSettings) -> None:
        """What holds for the conversation's next questions."""
        await self._run(conversations.set_settings, conversation_id, settings)

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

    # -- messages ----------------------------------------------------------------------------------------

    async def open(self, conversation_id: str) -> Opened:
        """A conversation with the branch that is shown. Raises ConversationNotFound."""
        return await self._reader.run(messages.opened, conversation_id)

    async def thread(self, conversation_id: str) -> Branch:
        """The branch that is shown, root to leaf. An answer that is still coming has what was journalled so far."""
        return await self._reader.run(messages.thread, conversation_id)

    async def branch_to(self, conversation_id: str, leaf_id: str | None) -> Branch:
        """The branch that ends with a message."""
        return await self._reader.run(messages.branch_to, conversation_id, leaf_id)

    async def everything(self, conversation_id: str) -> Branch:
        """All messages of all branches, a question before its answers."""
        return await self._reader.run(messages.everything, conversation_id)

    async def set_leaf(self, conversation_id: str, leaf_id: str | None) -> ConversationRecord:
        """Shows the branch that ends with a message from now on."""
        return await self._run(messages.set_leaf, conversation_id, leaf_id)

    async def mark_deleted(
        self, conversation_id: str, message_id: str, *, deleted: bool, leaf_id: str | None
    ) -> ConversationRecord:
        """Takes one message out of the conversation, or back in; what was said below it stays."""
        return await self._run(messages.mark_deleted, conversation_id, message_id, deleted=deleted, leaf_id=leaf_id)

    async def copy_branch(self, leaf_id: str, copy: ConversationRecord) -> ConversationRecord:
        """Stores a new conversation that has copies of the messages up to one of another."""
        return await self._run(messages.copy_branch, leaf_id, copy)

    async def filled(self, asked: Iterable[Message]) -> tuple[Message, ...]:
        """Messages with the bytes of their images."""
        return await self._reader.run(blobs.filled, asked)

    async def image(self, blob: str) -> bytes:
        """The bytes of an image by the name that its part has; empty when it is gone."""
        return await self._reader.run(blobs.one, blob)

    async def append(
        self, *records: MessageRecord, creating: ConversationRecord | None = None, queue: desks.Queue | None = None
    ) -> ConversationRecord:
        """Adds messages of one conversation, the last becoming the leaf, all or none; returns the conversation.

        `creating` adds the conversation with them, `queue` replaces what waits in it. The route of an answer becomes
        the conversation's.
        """
        return await self._run(self._append, records, creating, queue)

    async def journal(self, answer: MessageRecord, pieces: Sequence[JournalPiece]) -> None:
        """Keeps what a running answer gained, and who gives it."""
        await self._run(messages.journal, answer, pieces)

    async def finish(self, record: MessageRecord) -> ConversationRecord:
        """Gives a message its final form, and drops its journal; returns the conversation."""
        return await self._run(messages.finish, record)

    async def recover(self) -> int:
        """Ends answers whose program is gone as INTERRUPTED, with what was journalled; returns how many."""
        return await self._run(recovery.recover, self._runner)

    # -- whole conversations, as exports and imports need them -------------------------------------------

    async def ids(self, *, deleted: bool = False) -> list[str]:
        """All conversations, the oldest first; those that are deleted only when they are asked for."""
        return await self._reader.run(whole.ids, deleted=deleted)

    async def whole(self, conversation_id: str) -> Whole:
        """A conversation with all its messages, deleted ones too, and its desk. Raises ConversationNotFound."""
        return await self._reader.run(whole.read, conversation_id)

    async def folders(self) -> list[Folder]:
        """All folders, by their names."""
        return await self._reader.run(whole.folders)

    async def known(self, wanted: Sequence[tuple[str, str]]) -> list[str | None]:
        """For each (id, source) of a conversation the id of the stored one that is the same, or None."""
        return await self._reader.run(whole.known, wanted)

    async def take(self, batch: Sequence[Whole], folders: Sequence[Folder] = ()) -> list[Taken]:
        """Stores whole conversations, all or none; those that are there get the messages that they lack."""
        return await self._run(whole.take, batch, folders)

    # -- finding -----------------------------------------------------------------------------------------

    async def page(self, query: ListQuery = EVERYTHING, after: Place | None = None, limit: int = 200) -> Page:
        """Conversations in the list's order, from `after` on: the `Page.after` of the page before."""
        return await self._reader.run(listing.page, query, after, limit)

    async def count(self, query: ListQuery = EVERYTHING) -> int:
        """How many conversations the pages of a query hold."""
        return await self._reader.run(listing.count, query)

    async def beginning_with(
        self, beginning: str, limit: int = 20, *, deleted: bool = False
    ) -> list[ConversationRecord]:
        """Conversations whose ids begin so, archived ones too, by their ids; deleted ones instead if asked for."""
        return await self._reader.run(listing.beginning_with, beginning, limit, deleted=deleted)

    async def search(self, query: SearchQuery | str, limit: int = 50, below: int | None = None) -> list[SearchHit]:
        """Messages that match, the newest first; text is read as `SearchQuery.typed` does.

        `below` is the `number` of the last hit that is known already. A caller that is cancelled ends the search.
        """
        return await self._searches.run(search.search, _query(query), limit, below)

    async def count_hits(self, query: SearchQuery | str, most: int = 1000) -> int:
        """How many messages match; `most` stands for more as well. A caller that is cancelled ends the counting."""
        return await self._searches.run(search.count, _query(query), most)

    async def models(self) -> list[str]:
        """The models that gave answers, by their names."""
        return await self._reader.run(narrowing.all_models)

    # -- organising --------------------------------------------------------------------------------------

    async def folder_counts(self) -> list[FolderCount]:
        """All folders by their names, with the number of their conversations."""
        return await self._reader.run(folders.folder_counts)

    async def tag_counts(self) -> list[TagCount]:
        """All tags by their names, with the number of their conversations."""
        return await self._reader.run(folders.tag_counts)

    async def create_folder(self, name: str) -> Folder:
        return await self._run(folders.create, name)

    async def rename_folder(self, folder_id: str, name: str) -> Folder:
        """Raises FolderNotFound."""
        return await self._run(folders.rename, folder_id, name)

    async def delete_folder(self, folder_id: str) -> tuple[str, ...]:
        """Removes a folder, none of its conversations; returns their ids. Raises FolderNotFound."""
        return await self._run(folders.delete, folder_id)

    async def put_back_folder(self, folder: Folder, conversation_ids: Sequence[str]) -> None:
        """Undoes `delete_folder`. What has gone into another folder meanwhile stays there."""
        await self._run(folders.put_back, folder, conversation_ids)

    async def move(self, conversation_ids: Sequence[str], folder_id: str) -> None:
        """Puts conversations into a folder, or out of all for "". Raises FolderNotFound."""
        await self._run(folders.move, conversation_ids, folder_id)

    async def pin(self, conversation_ids: Sequence[str], pinned: bool = True) -> None:
        await self._run(folders.pin, conversation_ids, pinned)

    async def archive(self, conversation_ids: Sequence[str], archived: bool = True) -> None:
        """Takes conversations out of lists and searches that do not ask for archived ones, or back in."""
        await self._run(folders.archive, conversation_ids, archived)

    async def tag(
        self, conversation_ids: Sequence[str], add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> dict[str, tuple[str, ...]]:
        """Gives tags to conversations and takes others from them; returns the tags that each had before."""
        return await self._run(folders.tag, conversation_ids, add, remove)

    async def set_tags(self, conversation_id: str, tags: Iterable[str]) -> None:
        await self._run(folders.set_tags, conversation_id, tags)

    # -- what lies ready ---------------------------------------------------------------------------------

    async def desk(self, conversation_id: str) -> Desk:
        """What lies ready in a conversation; "" is the one that has not begun."""
        return await self._run(desks.one, conversation_id)

    async def put_draft(self, conversation_id: str, draft: tuple[Part, ...]) -> None:
        await self._run(desks.put_draft, conversation_id, draft)

    async def put_queue(self, conversation_id: str, queue: desks.Queue) -> None:
        await self._run(desks.put_queue, conversation_id, queue)

    async def keep_images(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts with the names of their images instead of their bytes, which are stored; for drafts and queues."""
        return await self._run(desks.keep_images, parts)

    async def put_place(self, conversation_id: str, place: str) -> None:
        await self._run(desks.put_place, conversation_id, place)

    # -- care --------------------------------------------------------------------------------------------

    async def check(self) -> Report:
        """Looks for everything that could be wrong, changes nothing; also a file that cannot be opened any more."""
        from chat_studio.history import check

        return await asyncio.to_thread(check.check, self._path, self._runner)

    async def repair(self) -> Report:
        """Repairs what can be, after a copy of the file; what is open must be read again afterwards."""
        from chat_studio.history import check

        return await self.alone(partial(check.repair, self._path, self._runner))

    async def alone(self, work: Callable[[], T]) -> T:
        """What `work` returns, while this program has the file closed. All other calls wait meanwhile."""

        def wait() -> T:
            return self._writer.submit_closed(work).result()

        return await asyncio.shield(asyncio.wrap_future(self._reader.submit_closed(wait)))

    async def aclose(self) -> None:
        """Closes the file, for good. Waits for work that was begun."""
        await self._reader.aclose()
        await self._writer.aclose(self._runner.end)

    def _append(
        self,
        db: Connection,
        records: Sequence[MessageRecord],
        creating: ConversationRecord | None,
        queue: desks.Queue | None,
    ) -> ConversationRecord:
        if any(record.state is MessageState.STREAMING for record in records):
            self._runner.begin()
        return messages.append(db, records, creating, queue, self._runner.id)


def _query(query: SearchQuery | str) -> SearchQuery:
    return SearchQuery.typed(query) if isinstance(query, str) else query


def _data_version(db: Connection) -> int:
    """Another number after a commit of any other connection, https://sqlite.org/pragma.html#pragma_data_version."""
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)
