"""What the answers of the transcript cost, by the connections and prices of now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from chat_studio.connections.model import Connection
from chat_studio.history.records import MessageRecord
from chat_studio.providers.values import Price
from chat_studio.ui.aio import spawn
from chat_studio.ui.model_source import ModelSource
from chat_studio.usage.costs import Cost, cost_of
from chat_studio.usage.prices import ListedPrice, Prices


@dataclass(frozen=True)
class _Asked:
    """What a price was looked up for."""

    connection: Connection
    told: Price | None


class Costs(QObject):
    """Tells costs at once where they are known. Prices are read in a thread, when the first of them is asked for.

    Signals:
        changed(): some costs are known now.
    """

    changed = Signal()

    def __init__(self, find: Callable[[str], Connection | None], models: ModelSource, parent: QObject) -> None:
        """`find` returns the connection of an id, as it is now."""
        super().__init__(parent)
        self._find = find
        self._models = models
        self._prices: Prices | None = None
        self._known: dict[tuple[str, str], tuple[_Asked, ListedPrice | None]] = {}
        self._asking: set[tuple[str, str]] = set()

    def of(self, record: MessageRecord) -> Cost | None:
        """None where it is unknown, or not known yet."""
        usage = record.usage
        if usage is None or usage.cost is not None:
            return cost_of(usage, None) if usage else None
        connection = self._find(record.connection_id)
        if connection is None:
            return None
        wanted = (connection.id, record.model)
        asked = _Asked(connection, self._told(connection, record.model))
        known = self._known.get(wanted)
        if known is not None and known[0] == asked:
            return cost_of(usage, known[1])
        if wanted not in self._asking:
            self._asking.add(wanted)
            spawn(self._learn(wanted, asked), self, "look up a price")
        return None

    async def _learn(self, wanted: tuple[str, str], asked: _Asked) -> None:
        try:
            self._known[wanted] = asked, await asyncio.to_thread(self._price, asked, wanted[1])
        finally:
            self._asking.discard(wanted)
        self.changed.emit()

    def _price(self, asked: _Asked, model: str) -> ListedPrice | None:
        """Runs in a thread: it reads the table, and what recognises services imports the HTTP library."""
        from chat_studio.connections.recognition import by_host

        if self._prices is None:
            self._prices = Prices.load()
        connection = asked.connection
        service = by_host(connection.first_address) if not connection.provider else None
        kind = connection.provider or (service.kind if service is not None else "")
        return self._prices.price_for(connection, kind, model, asked.told)

    def _told(self, connection: Connection, model: str) -> Price | None:
        return next((known.price for known in self._models.known(connection) if known.id == model), None)
