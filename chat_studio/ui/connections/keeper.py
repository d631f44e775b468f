"""The editor's way to the file and the keychain: in a thread, one after the other, and failures are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from chat_studio.connections.edits import Removed
from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.model import Connection, Entry
from chat_studio.connections.secrets import KeyPlace, Secrets
from chat_studio.connections.store import ConnectionStore
from chat_studio.errors import StudioError
from chat_studio.providers import registry

T = TypeVar("T")


@dataclass(frozen=True)
class Facts:
    """What the form shows besides the connection: where new keys go, and name and label of each kind."""

    key_place: KeyPlace
    kinds: tuple[tuple[str, str], ...]


class Keeper(QObject):
    """Each coroutine does one thing and returns None if it failed.

    Signals:
        failed(StudioError): something could not be done; the file is as it was.
        stored(): the file was changed by this window.
    """

    failed = Signal(object)
    stored = Signal()

    def __init__(self, store: ConnectionStore, secrets: Secrets, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._secrets = secrets
        self._turn = asyncio.Lock()

    async def load(self) -> ConnectionFile | None:
        return await self._do(self._store.current)

    async def facts(self) -> Facts | None:
        return await self._do(lambda: Facts(self._secrets.where(), _kinds()))

    async def save(self, connection: Connection, replacing: Entry | None, new_key: str = "") -> ConnectionFile | None:
        """Adds a connection, or changes the one it replaces."""
        return await self._edit(lambda: self._store.save(connection, replacing=replacing, new_key=new_key or None))

    async def duplicate(self, connection: Connection) -> Connection | None:
        return await self._edit(lambda: self._store.duplicate(connection))

    async def remove(self, entry: Entry) -> Removed | None:
        """Takes an entry out of the file; its key stays until `forget`."""
        return await self._edit(lambda: self._store.remove(entry))

    async def restore(self, removed: Removed) -> ConnectionFile | None:
        return await self._edit(lambda: self._store.restore(removed))

    async def forget(self, removed: Removed) -> None:
        """Makes a removal final."""
        await self._do(lambda: self._store.forget(removed))

    async def reorder(self, ids: Sequence[str]) -> ConnectionFile | None:
        return await self._edit(lambda: self._store.reorder(ids))

    async def _edit(self, work: Callable[[], T]) -> T | None:
        done = await self._do(work)
        if done is not None:
            self.stored.emit()
        return done

    async def _do(self, work: Callable[[], T]) -> T | None:
        async with self._turn:
            try:
                return await asyncio.to_thread(work)
            except StudioError as error:
                self.failed.emit(error)
                return None


def _kinds() -> tuple[tuple[str, str], ...]:
    """Imports all kinds, and with them the HTTP library: for a thread."""
    return tuple((kind, registry.provider_class(kind).label) for kind in registry.kinds())
