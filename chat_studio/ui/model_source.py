"""Asks servers for their models, and remembers what they said."""

from __future__ import annotations

from collections.abc import Sequence

from chat_studio.connections.model import Connection
from chat_studio.connections.pool import ProviderPool
from chat_studio.errors import ConfigurationError
from chat_studio.providers.values import ModelInfo


class ModelSource:
    """Lists of models by connection; a changed connection is another one."""

    def __init__(self, providers: ProviderPool) -> None:
        self._providers = providers
        self._known: dict[str, tuple[Connection, Sequence[ModelInfo]]] = {}

    def known(self, connection: Connection) -> Sequence[ModelInfo]:
        """What the server said last; empty if it has not been asked."""
        asked, models = self._known.get(connection.id, (None, ()))
        return models if asked == connection else ()

    async def fetch(self, connection: Connection) -> Sequence[ModelInfo]:
        """Asks the server. Raises StudioError; at once for the sample's address, which no server has."""
        if connection.is_placeholder:
            raise ConfigurationError(
                f"“{connection.name}” still has the sample's address.",
                hint="Enter your server's address under Connections.",
            )
        models = await self._providers.models(connection.id)
        self._known[connection.id] = (connection, models)
        return models
