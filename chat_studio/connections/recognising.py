"""Which kind of server answers a connection's address: told by its host's name, else by asking it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace

from chat_studio.connections import bystanders, probing
from chat_studio.connections.advice import beside
from chat_studio.connections.model import Connection
from chat_studio.connections.probing import Asker
from chat_studio.connections.recognition import (
    FALLBACK,
    Recognised,
    askable,
    by_host,
    by_port,
    guess,
    host_of,
    takes_usual_key,
)
from chat_studio.errors import ConfigurationError, ConnectionRefused, EndpointError, Stalled, Unreachable, WrongAddress
from chat_studio.net.listening import is_loopback
from chat_studio.providers.values import Endpoint, Probe

SILENT = "Is it the right port? A server that is loading a model may answer in a minute."


async def recognise(connection: Connection, key: str) -> Recognised:
    """The kind of a connection: the one it names, that of its host, that of the server's answers, else `custom`.

    A port only says which kind is thought of first; a model's name counts when the answers tell nothing. Of several
    addresses one whose host is known tells for all; else the first that can be reached is asked. Raises EndpointError
    when none can.
    """
    if connection.provider:
        return Recognised(connection.provider, "The connection names it.")
    await asyncio.to_thread(askable)  # imports the kinds, which takes a while
    addresses = [url for url in (connection.base_url, *connection.urls) if url]
    if not addresses:
        return _by_model_alone(connection)
    if found := next(filter(None, map(_by_name, addresses)), None):
        return found
    for url in addresses[:-1]:
        with suppress(Unreachable, Stalled):
            return await _ask(connection, url, key)
    return await _ask(connection, addresses[-1], key)


def shares_secrets(named: str, answering: str) -> bool:
    """Whether the key for the address that was named may go to the one that answers.

    Whoever named an address of the network may not mean a program that only this computer can reach.
    """
    return host_of(named) == host_of(answering) or is_loopback(host_of(named))


def _by_model_alone(connection: Connection) -> Recognised:
    if found := guess(connection.model):
        return found
    raise ConfigurationError(
        f"“{connection.name}” names a model, “{connection.model}”, that tells nothing of its service.",
        hint="Give it a base URL or a provider.",
    )


def _by_name(url: str) -> Recognised | None:
    """What the name of the host tells, without a request."""
    host = host_of(url)
    if kind := by_host(url):
        locked = kind.needs_key and takes_usual_key(kind, url)
        return Recognised(kind.kind, f"{host} is {kind.label}'s own host.", needs_key=locked)
    if host in bystanders.SERVICES:
        label, base_url = bystanders.SERVICES[host]
        return Recognised(FALLBACK, f"{host} is {label}, which speaks OpenAI's protocol.", base_url, needs_key=True)
    return None


async def _ask(connection: Connection, url: str, key: str) -> Recognised:
    """What the server at `url` is; where nothing listens, the one beside it at 127.0.0.1."""
    try:
        return await _asked(connection, url, key)
    except ConnectionRefused as error:
        other = await beside(url)
        if not other:
            raise _explained(error, connection, url) from error.__cause__
    except EndpointError as error:
        raise _explained(error, connection, url) from error.__cause__
    if not shares_secrets(url, other):
        connection, key = connection.model_copy(update={"headers": {}}), ""
    found = await _ask(connection, other, key)
    why = f"Nothing listens at {host_of(url)}, but something does at 127.0.0.1. {found.why}"
    return replace(found, why=why, base_url=found.base_url or other)


async def _asked(connection: Connection, url: str, key: str) -> Recognised:
    asker = Asker(connection, url, key)
    seen: list[Probe] = []
    found: Recognised | None = None
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(probing.PATIENCE):
                found = await _listen(asker, url, seen)
    finally:
        await asker.aclose()
    if not seen:
        raise Stalled(f"{host_of(url)} did not finish its answer.", hint="Is it the right port?")
    found = found or _unknown(seen, connection.model)
    listed = any(map(probing.lists_models, seen)) or found.kind != FALLBACK or found.needs_key
    return replace(found, base_url=asker.base_url if listed else "")


async def _listen(asker: Asker, url: str, seen: list[Probe]) -> Recognised | None:
    """Judges answer after answer, and notes it in `seen`; the first that something is recognised by decides."""
    guessed = by_port(url)
    kinds = (*([guessed] if guessed else []), *askable())
    async with aclosing(asker.answers()) as answers:
        async for probe in answers:
            seen.append(probe)
            locked = any(map(probing.wants_a_key, seen))
            if kind := next((kind for kind in kinds if kind.recognise(probe)), None):
                return Recognised(kind.kind, f"It answers GET {probe.path} as {kind.label} does.", needs_key=locked)
            if name := bystanders.name_of(probe):
                return Recognised(FALLBACK, f"It is {name}, which speaks OpenAI's protocol.", needs_key=locked)
    return None


def _unknown(seen: Sequence[Probe], model: str) -> Recognised:
    """The verdict when no kind recognised its own answers."""
    locked = next((probe.status for probe in seen if probing.wants_a_key(probe)), 0)
    if any(map(probing.lists_models, seen)):
        return Recognised(FALLBACK, "It lists its models as OpenAI does.")
    if found := guess(model):
        return found
    if locked:
        return Recognised(FALLBACK, f"It wants a key before it tells more ({locked}).", needs_key=True)
    page = next((probe for probe in seen if probing.is_page(probe)), None)
    if page and not any(isinstance(probe.json, Mapping | list) and probe.status < 400 for probe in seen):
        raise WrongAddress(
            f"A web page came{_title(page)} instead of an answer.",
            hint="Is that the API's address, or is a proxy or a login page in between?",
        )
    return Recognised(FALLBACK, "It answers, but like no server that is known; it is taken for OpenAI-compatible.")


def _title(page: Probe) -> str:
    title = re.search(r"<title[^>]*>([^<]{1,80})", page.text, re.IGNORECASE)
    return f", “{' '.join(title[1].split())}”," if title else ""


def _explained(error: EndpointError, connection: Connection, url: str) -> EndpointError:
    """With the advice of the kind that usually has this port."""
    if isinstance(error, Stalled):  # a longer timeout, which would be the advice else, is of no use to a question
        error.hint = SILENT
    kind = by_port(url)
    return kind(Endpoint(connection.name, url)).explain(error) if kind else error.on(connection.name)
