"""What answers at an address that someone pasted: its kind, its version, the right base URL, its models."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from chat_studio.connections import bystanders, probing
from chat_studio.connections.entries import reasons
from chat_studio.connections.model import Connection
from chat_studio.connections.pasted import address_in
from chat_studio.connections.recognising import recognise, shares_secrets
from chat_studio.connections.recognition import by_host, by_key, host_of
from chat_studio.errors import ConfigurationError, EndpointError, Unauthorized
from chat_studio.logs import masked
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import provider_class
from chat_studio.providers.values import Endpoint, ModelInfo

_LIKE_A_KEY = re.compile(r"[\w-]{20,}")

LONGEST_SHOWN = 80
"""Characters of a text that is no address, in the sentence about it."""


@dataclass(frozen=True)
class Detected:
    """What was found at an address: the base URL in the kind's own form, the server's version, its models.

    `fields` are further fields of a connection's entry that the address holds. `needs_key` says that the server, or
    the service, answers only with a key.
    """

    kind: str
    label: str
    base_url: str
    why: str
    version: str = ""
    models: tuple[ModelInfo, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    needs_key: bool = False


async def detect(url: str, key: str = "") -> Detected:
    """What answers at an address that someone typed. The known cloud hosts are not asked anything.

    `key` is sent to that host only. Raises ConfigurationError for what is no address, EndpointError if nothing answers.
    """
    url = address_in(url)
    await _check_that_it_is_no_key(url)
    connection = _connection_to(url)
    found = await recognise(connection, key)
    kind = provider_class(found.kind)
    base_url = kind.normalise_url(found.base_url or url)
    fields = kind.fields_of_url(url)
    if by_host(url) or host_of(url) in bystanders.SERVICES:
        return Detected(found.kind, kind.label, base_url, found.why, fields=fields, needs_key=found.needs_key)
    endpoint = Endpoint(
        connection.name,
        base_url,
        api_key=key if shares_secrets(kind.normalise_url(url), base_url) else "",
        timeout=probing.PROBE_TIMEOUT,
        short_timeout=probing.PROBE_TIMEOUT,
        connect_timeout=probing.PROBE_TIMEOUT,
    )
    version, models, needs_key = await _told(kind(endpoint))
    return Detected(
        found.kind, kind.label, base_url, found.why, version, models, fields, needs_key=found.needs_key or needs_key
    )


async def _check_that_it_is_no_key(text: str) -> None:
    """Raises ConfigurationError for a key, which would be a host's name as well: no name server is asked for it."""
    if _LIKE_A_KEY.fullmatch(text) and (owner := await asyncio.to_thread(by_key, text)):
        raise ConfigurationError(
            f"That looks like a key of {owner.label}, not like an address. It was not sent anywhere.",
            hint="Give the server's address; the key has a place of its own.",
        )


def _connection_to(url: str) -> Connection:
    try:
        name = host_of(url) or url
        return Connection(id="detect", name=name, base_url=url, connect_timeout=probing.PROBE_TIMEOUT)
    except ValidationError as error:
        shown = masked(url)
        shown = shown if len(shown) <= LONGEST_SHOWN else shown[:LONGEST_SHOWN] + "…"
        raise ConfigurationError(
            f"“{shown}” is not an address.", hint="Write something like http://localhost:8000.", detail=reasons(error)
        ) from error


async def _told(provider: Provider) -> tuple[str, tuple[ModelInfo, ...], bool]:
    """Version and models, as far as the server tells them, and whether it wants a key before it does."""
    version = ""
    try:
        async with asyncio.timeout(probing.PATIENCE):
            version = (await provider.check()).version
            return version, tuple(await provider.list_models()), False
    except TimeoutError:
        return version, (), False
    except EndpointError as error:
        return version, (), isinstance(error, Unauthorized)
    finally:
        await provider.aclose()
