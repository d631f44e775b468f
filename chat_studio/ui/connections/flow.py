"""What the editor does, step by step: it asks before edits are lost, stores, and says what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from chat_studio.connections.draft import Draft
from chat_studio.connections.edits import Removed
from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.model import Connection, Entry
from chat_studio.ui.connections.desk import Desk
from chat_studio.ui.connections.keeper import Keeper
from chat_studio.ui.connections.unsaved import Answer


class Flow(QObject):
    """Steps that touch the desk or the file, one after the other.

    Signals:
        shown(): the desk is another one; show it.
        told(str): a sentence about the file or the edits, "" when there is nothing to say any more.
        removed(Removed): an entry was removed and can be restored.
    """

    shown = Signal()
    told = Signal(str)
    removed = Signal(object)

    def __init__(self, desk: Desk, keeper: Keeper, ask: Callable[[Draft], Awaitable[int]], parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._keeper = keeper
        self._ask = ask
        self._turn = asyncio.Lock()

    def edit(self, field: str, value: object) -> None:
        self._desk.edit(field, value)
        self.shown.emit()

    def revert(self) -> None:
        """Forgets all edits since the last save."""
        self._desk.revert()
        self.shown.emit()

    async def refresh(self) -> None:
        """Reads the file again if it changed."""
        async with self._turn:
            file = await self._keeper.load()
            if file is not None and file is not self._desk.file:
                self._adopt(file, from_outside=True)

    async def open(self, entry: Entry | str | None) -> None:
        """Lays an entry, or that of an id, on the desk; None means the first, if nothing is there yet."""
        async with self._turn:
            found = self._entry(entry) if isinstance(entry, str) else entry
            if found is None and self._desk.item is None:
                found = next(iter(self._desk.file.entries), None)
            if found is not None and found != self._desk.entry and await self._may_leave():
                self._desk.open(found)
            self.shown.emit()

    async def start(self, fields: Mapping[str, Any]) -> None:
        """Begins a new connection with the fields that are known."""
        async with self._turn:
            if await self._may_leave():
                self._desk.start(fields)
            self.shown.emit()

    async def save(self) -> None:
        async with self._turn:
            await self._save()

    async def leave(self) -> bool:
        """Asks about unsaved edits; False if the user wants to stay. Discarded ones are gone afterwards."""
        async with self._turn:
            left = await self._may_leave()
            if left:
                self._desk.open(self._desk.entry)
                self.shown.emit()
            return left

    async def duplicate(self, connection: Connection) -> None:
        async with self._turn:
            if await self._may_leave() and (copy := await self._keeper.duplicate(connection)) is not None:
                await self._reload()
                self._desk.open(copy)
            self.shown.emit()

    async def remove(self, entry: Entry | None) -> None:
        """Takes an entry out of the file; None drops the new connection that is not in it yet."""
        async with self._turn:
            if entry is None:
                self._desk.open(self._at(0))
            elif (removed := await self._keeper.remove(entry)) is not None:
                await self._after_removal(entry, removed)
            self.shown.emit()

    async def restore(self, removed: Removed) -> None:
        async with self._turn:
            file = await self._keeper.restore(removed)
            if file is None:
                self.removed.emit(removed)
                return
            self._adopt(file)
            if not self._desk.is_dirty:
                self._desk.open(self._at(removed.position))
            self.shown.emit()

    async def switch(self, connection: Connection, *, enabled: bool) -> None:
        """Enables or disables a connection without touching what is being edited."""
        async with self._turn:
            file = await self._keeper.save(connection.model_copy(update={"enabled": enabled}), connection)
            if file is not None:
                self._adopt(file)

    async def reorder(self, ids: Sequence[str]) -> None:
        async with self._turn:
            file = await self._keeper.reorder(ids)
            if file is not None:
                self._adopt(file)
            self.shown.emit()

    async def _after_removal(self, entry: Entry, removed: Removed) -> None:
        was_shown = self._desk.entry == entry
        if was_shown:
            self._desk.open(None)
        await self._reload()
        if was_shown:
            self._desk.open(self._at(min(removed.position, len(self._desk.file.entries) - 1)))
        self.removed.emit(removed)

    async def _may_leave(self) -> bool:
        draft = self._desk.draft
        if draft is None or not self._desk.is_dirty:
            return True
        answer = await self._ask(draft)
        if answer == Answer.Save:
            return await self._save()
        return answer == Answer.Discard

    async def _save(self) -> bool:
        draft = self._desk.draft
        if draft is None or draft.connection is None or not draft.differs:
            return False
        file = await self._keeper.save(draft.connection, draft.saved, draft.new_key)
        if file is None:
            return False
        self._desk.settle(draft, file)
        self.told.emit(" ".join(file.notices))
        self.shown.emit()
        return True

    async def _reload(self) -> None:
        file = await self._keeper.load()
        if file is not None:
            self._adopt(file)

    def _adopt(self, file: ConnectionFile, *, from_outside: bool = False) -> None:
        about_edits = self._desk.adopt(file)
        hint = file.problem.hint if file.problem else ""
        self.told.emit(" ".join(filter(None, (about_edits if from_outside else "", *file.notices, hint))))
        self.shown.emit()

    def _entry(self, connection_id: str) -> Entry | None:
        return next((entry for entry in self._desk.file.entries if entry.id == connection_id), None)

    def _at(self, position: int) -> Entry | None:
        entries = self._desk.file.entries
        return entries[position] if 0 <= position < len(entries) else None
