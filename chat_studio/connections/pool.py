"""One provider for each connection, made when it is first used, kept until the connection changes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from chat_studio.connections.endpoint import endpoint_for
from chat_studio.connections.model import Connection
from chat_studio.connections.provision import kind_of
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore
from chat_studio.errors import ConfigurationError, ModelNotFound
from chat_studio.providers.base import Provider
from chat_studio.providers.values import Endpoint, ModelInfo

_TELLING = ("base_url", "urls", "model", "api_key", "api_key_env_var", "headers", "verify_cert", "ca_file", "proxy")
"""Fields of a connection that the answer to “what kind is it?” depends on."""


@dataclass(frozen=True)
class _Held:
    """A provider, the endpoint that it was made from, and the revisions of file and keys that this endpoint is of."""

    provider: Provider
    made_from: Endpoint
    revisions: tuple[int, int]


class ProviderPool:
    """Hands out providers. One that is replaced closes when the answers that it streams have ended."""

    def __init__(self, store: ConnectionStore, secrets: Secrets, *, read_pause: float = 0.0) -> None:
        self._store = store
        self._secrets = secrets
        self._read_pause = read_pause
        self._held: dict[str, _Held] = {}
        self._detected: dict[tuple[object, ...], type[Provider]] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def provider_for(self, connection_id: str, *, model: str = "") -> Provider:
        """The provider of a connection, given by id or name, as the file has it now.

        Unless the request will name a `model`, its endpoint gets one: the connection's own, else the first that the
        server offers; with none there, the provider's stream says what to do.
        Raises ConfigurationError, or EndpointError when the server had to be asked and failed.
        """
        provider = await self._provider(connection_id)
        if not (model or provider.endpoint.model):
            with suppress(ModelNotFound):
                provider.endpoint = replace(provider.endpoint, model=await provider.default_model())
        return provider

    async def models(self, connection_id: str) -> Sequence[ModelInfo]:
        """The models that the connection's server offers now. Raises StudioError."""
        return await (await self._provider(connection_id)).list_models()

    async def model(self, connection_id: str, name: str) -> ModelInfo:
        """One of these models; where the list tells nothing of what it can do, the server is asked for more.

        Raises ModelNotFound for one that the server does not have, and StudioError.
        """
        provider = await self._provider(connection_id)
        listed = next((model for model in await provider.list_models() if model.id == name), None)
        if listed is not None and listed.capabilities:
            return listed
        found = await provider.describe(name) or listed
        if found is None:
            raise ModelNotFound(
                f"The server lists no model “{name}”.", hint=f"`connections models {connection_id}` names those it has."
            ).on(provider.endpoint.name)
        return found

    async def aclose(self) -> None:
        """Closes all providers."""
        held, self._held = self._held, {}
        for one in held.values():
            await one.provider.aclose()

    async def _provider(self, name_or_id: str) -> Provider:
        of_keys = self._secrets.revision  # before reading: what changes meanwhile is newer
        file = await asyncio.to_thread(self._store.current)
        revisions = (file.revision, of_keys)
        connection = file.find(name_or_id)
        if not connection.enabled:
            raise ConfigurationError(
                f"“{connection.name}” is switched off.", hint="Switch it on, or choose another connection."
            )
        await self._close_all_but(file.ids)
        async with self._turns[connection.id]:
            held = self._held.get(connection.id)
            if held and held.revisions == revisions:
                return held.provider
            kind = await self._kind(connection)
            endpoint = await asyncio.to_thread(endpoint_for, connection, kind, self._secrets)
            if held and isinstance(held.provider, kind) and held.made_from == endpoint:
                provider = held.provider
            else:
                provider = kind(endpoint, read_pause=self._read_pause)
            self._held[connection.id] = _Held(provider, endpoint, revisions)
        if held and held.provider is not provider:
            await held.provider.aclose()
        return provider

    async def _kind(self, connection: Connection) -> type[Provider]:
        """The provider's class; a server is asked once for its kind, and again with another key."""
        if connection.provider:
            return await kind_of(connection, self._secrets)
        asked = (*(str(getattr(connection, name)) for name in _TELLING), self._secrets.revision)
        if asked not in self._detected:
            self._detected[asked] = await kind_of(connection, self._secrets)
        return self._detected[asked]

    async def _close_all_but(self, ids: frozenset[str]) -> None:
        gone = [self._held.pop(name) for name in self._held.keys() - ids]  # at once: others come here meanwhile
        for one in gone:
            await one.provider.aclose()
