"""What an examination knows: the connection, and what its steps have found out so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chat_studio.connections.model import Connection
from chat_studio.connections.recognition import FALLBACK, by_host, by_model, by_port
from chat_studio.connections.secrets import Secrets
from chat_studio.net.reach import Route
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import provider_class
from chat_studio.providers.values import ModelInfo


@dataclass
class Examination:
    """Each step leaves to the later ones what it found out.

    `connection` has one address; `others` are those of the same service's replicas. `typed_key` is not stored yet.
    """

    connection: Connection
    others: Sequence[str]
    secrets: Secrets
    typed_key: str = field(repr=False)
    route: Route | None = None
    """None where no server is involved."""
    addresses: tuple[str, ...] = ()
    provider: Provider | None = None
    models: Sequence[ModelInfo] = ()
    model: str = ""
    """The model that is asked, "" while it is not known."""

    @classmethod
    def of(cls, connection: Connection, secrets: Secrets, typed_key: str) -> Examination:
        """Of several addresses the first is examined, or the first that can be reached."""
        first, *others = [url for url in (connection.base_url, *connection.urls) if url] or [""]
        return cls(connection.model_copy(update={"base_url": first, "urls": []}), others, secrets, typed_key)

    def go_to_next_address(self) -> None:
        """Goes on with the next replica; the address that was examined so far becomes the last of the others."""
        following, *others = [*self.others, self.connection.base_url]
        self.connection = self.connection.model_copy(update={"base_url": following})
        self.others = others
        self.route, self.addresses = None, ()

    @property
    def ready(self) -> Provider:
        """The provider that the key step made: without it no later step is reached."""
        if self.provider is None:
            raise RuntimeError("the key step has not run")
        return self.provider

    def likely_kind(self) -> type[Provider]:
        """The kind as far as it is known before anything is sent.

        Raises ConfigurationError for one that does not exist. It may import a module: call it in a thread.
        """
        if self.connection.provider:
            return provider_class(self.connection.provider)
        url = self.connection.base_url
        kind = by_host(url) or by_port(url) if url else by_model(self.connection.model)
        return kind or provider_class(FALLBACK)

    def lacks(self, capability: str) -> bool:
        """Whether the list of models says that this model cannot do it.

        A list tells of it if it names it for any model: others leave it out for all.
        """
        names = (self.model, f"{self.model}:latest")
        known = next((model for model in self.models if model.id in names), None)
        is_told = any(capability in model.capabilities for model in self.models)
        return known is not None and is_told and capability not in known.capabilities

    async def aclose(self) -> None:
        if self.provider:
            await self.provider.aclose()
