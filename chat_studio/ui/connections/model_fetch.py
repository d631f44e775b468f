"""Fills the model field from the server, one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QObject

from chat_studio.errors import StudioError
from chat_studio.ui import aio
from chat_studio.ui.connections.model_field import ModelField


class ModelFetch(QObject):
    """Runs `fetch` when the field asks for models, and shows there what comes of it."""

    def __init__(self, field: ModelField, fetch: Callable[[], Awaitable[Sequence[str]]], parent: QObject) -> None:
        super().__init__(parent)
        self._field = field
        self._fetch = fetch
        self._task: asyncio.Task[None] | None = None
        field.fetch_requested.connect(self._start)

    def cancel(self) -> None:
        """Another connection is shown: what was fetched, or is on its way, is not for it."""
        if self._task is not None:
            self._task.cancel()
        self._field.clear()

    def _start(self) -> None:
        self._field.show_fetching()
        self._task = aio.spawn(self._run(), self, "fetch models")

    async def _run(self) -> None:
        try:
            models = await self._fetch()
        except StudioError as error:
            self._field.show_failure(error)
        else:
            self._field.show_models(models)
