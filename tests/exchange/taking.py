"""Taking a file in, and looking at what came of it."""

from __future__ import annotations

from pathlib import Path

from chat_studio.exchange.importing import Import, ImportReport
from chat_studio.history.records import MessageRecord
from chat_studio.history.store import HistoryStore
from chat_studio.history.whole import Whole


async def take(history: HistoryStore, path: Path) -> ImportReport:
    return await Import(history, path).run()


async def only(history: HistoryStore) -> Whole:
    """The one conversation that there is."""
    (conversation_id,) = await history.ids(deleted=True)
    return await history.whole(conversation_id)


async def spoken(history: HistoryStore) -> list[str]:
    """The texts of the branch that is shown, of the one conversation."""
    (conversation_id,) = await history.ids()
    return [f"{one.message.role}: {one.message.text}" for one in await history.thread(conversation_id)]


def parts(record: MessageRecord) -> list[str]:
    return [part.type for part in record.message.parts]


def losses(report: ImportReport) -> dict[str, int]:
    return {loss.reason: loss.count for loss in report.losses}
