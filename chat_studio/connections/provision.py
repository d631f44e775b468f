"""From a connection, stored or not, to a provider that is ready for use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from chat_studio.connections.endpoint import endpoint_for, stated_key
from chat_studio.connections.model import Connection
from chat_studio.connections.secrets import Secrets
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import provider_class

if TYPE_CHECKING:
    from chat_studio.connections.recognition import Recognised


async def provider_of(connection: Connection, secrets: Secrets, *, typed_key: str = "") -> Provider:
    """A provider of the caller's own, to be closed by it; `typed_key` is one that is not stored yet.

    Raises ConfigurationError, or EndpointError when the server had to be asked for its kind and failed.
    """
    kind = await kind_of(connection, secrets, typed_key=typed_key)
    endpoint = await asyncio.to_thread(endpoint_for, connection, kind, secrets, typed_key=typed_key)
    return kind(endpoint)


async def kind_of(connection: Connection, secrets: Secrets, *, typed_key: str = "") -> type[Provider]:
    """The class of the kind that the connection names, or else is recognised as. Raises as `provider_of`.

    Threads import the classes, and what recognises them: they bring the HTTP library with them.
    """
    name = connection.provider
    if not name:
        key = typed_key or await asyncio.to_thread(stated_key, connection, secrets)
        recognise = await asyncio.to_thread(_recogniser)
        name = (await recognise(connection, key)).kind
    return await asyncio.to_thread(provider_class, name)


def _recogniser() -> Callable[[Connection, str], Awaitable[Recognised]]:
    from chat_studio.connections.recognising import recognise

    return recognise
