"""What happens to the connection on the editor's desk: edits are asked about before they are lost, then stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from chat_studio.connections.draft import Draft
from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.model import Entry
from chat_studio.ui.connections.desk import Desk
from chat_studio.ui.connections.keeper import Keeper
from chat_studio.ui.connections.unsaved import Answer


class Flow(QObject):
    """Steps that touch the desk or the file, one after the other; others take their `turn` here, too.

    Signals:
        shown(): the desk is another one; show it.
        told(str): a sentence about the file or the edits, "" when there is nothing to say any more.
        added(str): a new connection was stored, under this id.
    """

    shown = Signal()
    told = Signal(str)
    added = Signal(str)

    def __init__(self, desk: Desk, keeper: Keeper, ask: Callable[[Draft], Awaitable[int]], parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._keeper = keeper
        self._ask = ask
        self.turn = asyncio.Lock()

    def edit(self, field: str, value: object) -> None:
        self._desk.edit(field, value)
        self.shown.emit()

    def revert(self) -> None:
        """Forgets all edits since the last save."""
        self._desk.revert()
        self.shown.emit()

    async def refresh(self) -> None:
        """Reads the file again if it changed."""
        async with self.turn:
            file = await self._keeper.load()
            if file is not None and file is not self._desk.file:
                self.adopt(file, from_outside=True)

    async def open(self, entry: Entry | str | None) -> None:
        """Lays an entry, or that of an id, on the desk; None means the first, if nothing was ever there."""
        async with self.turn:
            found = self._desk.find(entry) if isinstance(entry, str) else entry
            if found is None and not self._desk.turn:
                found = self._desk.at(0)
            if found is not None and found != self._desk.entry and await self.may_leave():
                self._desk.open(found)
            self.shown.emit()

    async def start(self, fields: Mapping[str, Any], new_key: str = "") -> None:
        """Begins a new connection with the fields that are known, and a key that is not stored yet."""
        async with self.turn:
            if await self.may_leave():
                self._desk.start(fields, new_key)
            self.shown.emit()

    async def clear(self) -> bool:
        """Takes what is on the desk away, to make room for another; False if the user wants to stay."""
        async with self.turn:
            left = await self.may_leave()
            if left and self._desk.item is not None:
                self._desk.open(None)
            self.shown.emit()
            return left

    async def save(self) -> bool:
        """Stores what is on the desk; False if there is nothing to store or it failed."""
        async with self.turn:
            return await self._save()

    async def leave(self) -> bool:
        """Asks about unsaved edits; False if the user wants to stay. Discarded ones are gone afterwards."""
        async with self.turn:
            left = await self.may_leave()
            if left:
                self._desk.open(self._desk.entry)
                self.shown.emit()
            return left

    async def may_leave(self) -> bool:
        """Asks what shall become of unsaved edits, if there are any; within a turn."""
        draft = self._desk.draft
        if draft is None or not self._desk.is_dirty:
            return True
        answer = await self._ask(draft)
        if answer == Answer.Save:
            return await self._save()
        return answer == Answer.Discard

    async def reload(self) -> None:
        """Takes the file as it is now; within a turn."""
        file = await self._keeper.load()
        if file is not None:
            self.adopt(file)

    def adopt(self, file: ConnectionFile, *, from_outside: bool = False) -> None:
        """Takes another state of the file, and tells of it."""
        about_edits = self._desk.adopt(file)
        hint = file.problem.hint if file.problem else ""
        self.told.emit(" ".join(filter(None, (about_edits if from_outside else "", *file.notices, hint))))
        self.shown.emit()

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
        if draft.saved is None:
            self.added.emit(draft.final_id)
        return True
