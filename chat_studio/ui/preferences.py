"""The user's settings, changed from anywhere in the window and stored in the background."""

from __future__ import annotations

import asyncio
from typing import Any

from chat_studio.settings import Settings, SettingsStore


class Preferences:
    """`settings` is what holds now. A change is stored in a thread; the order of changes is kept."""

    def __init__(self, store: SettingsStore, settings: Settings) -> None:
        self._store = store
        self._lock = asyncio.Lock()
        self.settings = settings

    @classmethod
    async def load(cls, store: SettingsStore) -> Preferences:
        return cls(store, await asyncio.to_thread(store.load))

    @property
    def problem(self) -> str:
        """What was wrong with the file, in a sentence; "" if nothing."""
        return self._store.problem

    async def change(self, **changes: Any) -> None:
        """Sets and stores some fields. Raises StorageError; they hold until the program ends even then."""
        self.settings = self.settings.model_copy(update=changes)
        async with self._lock:
            await asyncio.to_thread(self._store.save, self.settings)

    async def remember_route(self, connection_id: str, model: str) -> None:
        """The connection and the model that were chosen last."""
        models = {**self.settings.last_models, connection_id: model}
        await self.change(last_connection=connection_id, last_models=models)
