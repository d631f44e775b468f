"""What is done to the entries of the list: copied, removed, brought back, switched, moved."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from chat_studio.connections.edits import Removed
from chat_studio.connections.model import Connection, Entry
from chat_studio.ui.connections.desk import Desk
from chat_studio.ui.connections.flow import Flow
from chat_studio.ui.connections.keeper import Keeper


class ListSteps(QObject):
    """Each step takes its turn in the flow.

    Signals:
        removed(Removed): an entry was removed and can be restored.
    """

    removed = Signal(object)

    def __init__(self, desk: Desk, keeper: Keeper, flow: Flow) -> None:
        super().__init__(flow)
        self._desk = desk
        self._keeper = keeper
        self._flow = flow

    async def duplicate(self, connection: Connection) -> None:
        async with self._flow.turn:
            if await self._flow.may_leave() and (copy := await self._keeper.duplicate(connection)) is not None:
                await self._flow.reload()
                self._desk.open(copy)
            self._flow.shown.emit()

    async def remove(self, entry: Entry | None) -> None:
        """Takes an entry out of the file; None drops the new connection that is not in it yet."""
        async with self._flow.turn:
            if entry is None:
                self._desk.open(self._desk.at(0))
            elif (removed := await self._keeper.remove(entry)) is not None:
                await self._after_removal(entry, removed)
            self._flow.shown.emit()

    async def restore(self, removed: Removed) -> None:
        async with self._flow.turn:
            file = await self._keeper.restore(removed)
            if file is None:
                self.removed.emit(removed)
                return
            self._flow.adopt(file)
            if not self._desk.is_dirty:
                self._desk.open(self._desk.at(removed.position))
            self._flow.shown.emit()

    async def forget(self, removed: Removed) -> None:
        """Makes a removal final."""
        await self._keeper.forget(removed)

    async def switch(self, connection: Connection, *, enabled: bool) -> None:
        """Enables or disables a connection without touching what is being edited."""
        async with self._flow.turn:
            file = await self._keeper.save(connection.model_copy(update={"enabled": enabled}), connection)
            if file is not None:
                self._flow.adopt(file)

    async def reorder(self, ids: Sequence[str]) -> None:
        async with self._flow.turn:
            file = await self._keeper.reorder(ids)
            if file is not None:
                self._flow.adopt(file)
            self._flow.shown.emit()

    async def _after_removal(self, entry: Entry, removed: Removed) -> None:
        was_shown = self._desk.entry == entry
        if was_shown:
            self._desk.open(None)
        await self._flow.reload()
        if was_shown:
            self._desk.open(self._desk.at(min(removed.position, len(self._desk.file.entries) - 1)))
        self.removed.emit(removed)
