"""Which conversations an export may take."""

from __future__ import annotations

from dataclasses import dataclass

from chat_studio.history.listing import EVERYTHING, ListQuery
from chat_studio.history.records import ConversationRecord
from chat_studio.history.store import HistoryStore
from chat_studio.ui.library import short
from chat_studio.ui.widgets.wording import counted

PAGE = 2000
ALL = "Chat Studio"
"""The name of what has all conversations."""


@dataclass(frozen=True)
class Selection:
    """Some conversations by their ids. `label` tells the user which; a file of them is called `name`."""

    label: str
    name: str
    ids: tuple[str, ...]


def one(conversation: ConversationRecord) -> Selection:
    return Selection(f"“{short(conversation.title)}”", conversation.title, (conversation.id,))


async def listed(history: HistoryStore, query: ListQuery, name: str) -> Selection | None:
    """Those that a list shows, to its end; None when it shows all, or none. Raises StorageError."""
    if query == EVERYTHING:
        return None
    ids: list[str] = []
    after = None
    while True:
        page = await history.page(query, after, PAGE)
        ids += [record.id for record in page.conversations]
        after = page.after
        if after is None:
            break
    where = f"{name}, with “{query.title}”" if query.title else name
    count = counted(len(ids), "conversation")
    return Selection(f"What is listed: {where} ({count})", name, tuple(ids)) if ids else None


async def everything(history: HistoryStore) -> Selection | None:
    """All but deleted ones; None when there are none. Raises StorageError."""
    ids = tuple(await history.ids())
    if not ids:
        return None
    return Selection(f"All {counted(len(ids), 'conversation')}, archived ones too", ALL, ids)
