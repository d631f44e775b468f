"""What is known of the model that the next question goes to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from chat_studio.connections.windows import listed_windows
from chat_studio.providers.values import ModelInfo
from chat_studio.ui.aio import spawn
from chat_studio.ui.model_source import ModelSource
from chat_studio.ui.routes import Routes


class Recipient(QObject):
    """Asks the connection and what its server told last; nothing is sent for it.

    Signals:
        changed(): it may be another model, or more is known of it.
    """

    changed = Signal()

    def __init__(self, routes: Routes, models: ModelSource) -> None:
        super().__init__(routes)
        self._routes = routes
        self._models = models
        self._listed: Mapping[str, int] | None = None
        routes.route_changed.connect(self.changed)
        routes.models_known.connect(self.changed)

    @property
    def name(self) -> str:
        """The model's name, "" where the connection alone decides."""
        connection = self._routes.connection
        return self._routes.route.model or (connection.model if connection is not None else "")

    @property
    def window(self) -> int | None:
        """Tokens that the model can read at once: as the user wrote it, as the server says, else as it is listed."""
        connection = self._routes.connection
        if connection is None:
            return None
        if connection.context_length and self.name in ("", connection.model):
            return connection.context_length
        info = self._info(self._all)
        if info is not None and info.context_length:
            return info.context_length
        return self._listed_window()

    @property
    def is_blind(self) -> bool:
        """Whether the list of models says that this one takes no images.

        A list tells of it if it names it for any model: others leave it out for all.
        """
        info = self._info(self._all)
        is_told = any("vision" in model.capabilities for model in self._all)
        return info is not None and is_told and "vision" not in info.capabilities

    @property
    def _all(self) -> Sequence[ModelInfo]:
        connection = self._routes.connection
        return self._models.known(connection) if connection is not None else ()

    def _info(self, models: Sequence[ModelInfo]) -> ModelInfo | None:
        names = (self.name, f"{self.name}:latest")
        return next((model for model in models if model.id in names), None)

    def _listed_window(self) -> int | None:
        if self._listed is None:
            self._listed = {}
            spawn(self._read_list(), self, "read the list of windows")
        return self._listed.get(self.name)

    async def _read_list(self) -> None:
        self._listed = await asyncio.to_thread(listed_windows)
        self.changed.emit()
