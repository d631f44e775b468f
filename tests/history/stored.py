"""Conversations without messages, and all that are stored."""

from __future__ import annotations

from chat_studio.history import conversations
from chat_studio.history.branch import Branch
from chat_studio.history.listing import ListQuery
from chat_studio.history.records import ConversationRecord
from chat_studio.history.store import HistoryStore
from chat_studio.history.whole import Whole


async def begin(
    store: HistoryStore, *, connection_id: str = "a", model: str = "", title: str = ""
) -> ConversationRecord:
    """Stores a conversation that has no messages yet."""
    conversation = conversations.new(connection_id, model, title)
    await store.take([Whole(conversation, Branch())])
    return conversation


async def all_of(store: HistoryStore) -> list[ConversationRecord]:
    """All conversations that are not deleted, the one that changed last first, when all that was begun is stored."""
    await store.desk("")  # its turn comes after what is being written
    return list((await store.page(ListQuery(archived=None), limit=10_000)).conversations)
