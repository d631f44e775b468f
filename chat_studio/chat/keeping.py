"""Where a session keeps its conversation: in the history, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from chat_studio.history.branch import Branch
from chat_studio.history.desks import Queue
from chat_studio.history.records import ConversationRecord, JournalPiece, MessageRecord, TitleBy
from chat_studio.history.rows import now
from chat_studio.history.tree import Node, Tree
from chat_studio.messages import Message
from chat_studio.parameters import ConversationSettings


class Keeper(Protocol):
    """What a session needs of the history. `HistoryStore` is one; its methods say more. All raise StorageError."""

    async def append(
        self, *records: MessageRecord, creating: ConversationRecord | None = None, queue: Queue | None = None
    ) -> ConversationRecord:
        """Adds messages, the last becoming the leaf; `queue` is what waits from then on."""

    async def journal(self, answer: MessageRecord, pieces: Sequence[JournalPiece]) -> None:
        """Keeps what a running answer gained."""

    async def finish(self, record: MessageRecord) -> ConversationRecord:
        """Gives a message its final form."""

    async def filled(self, asked: Iterable[Message]) -> tuple[Message, ...]:
        """Messages with the bytes of their images."""

    async def branch_to(self, conversation_id: str, leaf_id: str | None) -> Branch:
        """The branch that ends with a message."""

    async def set_leaf(self, conversation_id: str, leaf_id: str | None) -> ConversationRecord:
        """Shows the branch that ends with a message from now on."""

    async def mark_deleted(
        self, conversation_id: str, message_id: str, *, deleted: bool, leaf_id: str | None
    ) -> ConversationRecord:
        """Takes one message out of the conversation, or back in."""

    async def retitle(self, conversation_id: str, title: str, by: TitleBy) -> None:
        """Names the conversation."""

    async def set_settings(self, conversation_id: str, settings: ConversationSettings) -> None:
        """What holds for the next questions."""

    async def set_route(self, conversation_id: str, connection_id: str, model: str) -> None:
        """Which connection and model the next question goes to."""

    async def put_queue(self, conversation_id: str, queue: Queue) -> None:
        """Questions that wait for the running answer to end."""


class Nowhere:
    """Keeps one temporary conversation in memory, for as long as its session lives. Nothing of it reaches the disk."""

    def __init__(self, conversation: ConversationRecord) -> None:
        self._conversation = conversation
        self._records: dict[str, MessageRecord] = {}
        self._deleted: set[str] = set()

    async def append(
        self, *records: MessageRecord, creating: ConversationRecord | None = None, queue: Queue | None = None
    ) -> ConversationRecord:
        del queue
        self._records |= {record.id: record for record in records}
        last = records[-1]
        routed = {"connection_id": last.connection_id, "model": last.model} if last.connection_id else {}
        title = creating.title if creating is not None else self._conversation.title
        return self._change(title=title, leaf_id=last.id, updated_at=now(), **routed)

    async def journal(self, answer: MessageRecord, pieces: Sequence[JournalPiece]) -> None:
        """Nothing: what a session has in memory is all there is."""

    async def finish(self, record: MessageRecord) -> ConversationRecord:
        self._records[record.id] = record
        return self._change(updated_at=now())

    async def filled(self, asked: Iterable[Message]) -> tuple[Message, ...]:
        return tuple(asked)

    async def branch_to(self, conversation_id: str, leaf_id: str | None) -> Branch:
        del conversation_id
        nodes = [Node(one.id, one.parent_id, one.id in self._deleted) for one in self._records.values()]
        return Branch(self._records[message_id] for message_id in Tree(nodes).path(leaf_id))

    async def set_leaf(self, conversation_id: str, leaf_id: str | None) -> ConversationRecord:
        del conversation_id
        return self._change(leaf_id=leaf_id)

    async def mark_deleted(
        self, conversation_id: str, message_id: str, *, deleted: bool, leaf_id: str | None
    ) -> ConversationRecord:
        self._deleted ^= {message_id} if deleted != (message_id in self._deleted) else set()
        return await self.set_leaf(conversation_id, leaf_id)

    async def retitle(self, conversation_id: str, title: str, by: TitleBy) -> None:
        del conversation_id
        self._change(title=title, title_by=by)

    async def set_settings(self, conversation_id: str, settings: ConversationSettings) -> None:
        del conversation_id
        self._change(settings=settings)

    async def set_route(self, conversation_id: str, connection_id: str, model: str) -> None:
        del conversation_id
        self._change(connection_id=connection_id, model=model)

    async def put_queue(self, conversation_id: str, queue: Queue) -> None:
        """Nothing, as for `journal`."""

    def _change(self, **changes: object) -> ConversationRecord:
        self._conversation = replace(self._conversation, **changes)  # type: ignore[arg-type]
        return self._conversation
