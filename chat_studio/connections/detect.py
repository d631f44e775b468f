"""Finding out what answers at an address: by the name of its host, else by asking it a few harmless questions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue, ValidationError

from chat_studio.connections.entries import reasons
from chat_studio.connections.model import Connection
from chat_studio.connections.recognition import FALLBACK, askable, by_host, by_model, by_port, host_of
from chat_studio.errors import ConfigurationError, EndpointError, Stalled
from chat_studio.net.client import HttpClient, HttpOptions, Reply
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import provider_class
from chat_studio.providers.values import Endpoint, ModelInfo, Probe

PROBE_TIMEOUT = 3.0
"""Seconds, for each question: a server that is up answers these from memory."""

ProbePath = Literal["/v1/models", "/", "/api/version", "/version", "/props"]
_LATER_PROBES: tuple[ProbePath, ...] = ("/", "/api/version", "/props", "/version")
_WANTS_A_KEY = (401, 403)


@dataclass(frozen=True)
class Recognised:
    """A kind, and a sentence about why it is thought to be that."""

    kind: str
    why: str


@dataclass(frozen=True)
class Detected:
    """What was found at an address: the base URL in the kind's own form, the server's version, its models."""

    kind: str
    label: str
    base_url: str
    why: str
    version: str = ""
    models: tuple[ModelInfo, ...] = ()


async def detect(url: str, key: str = "") -> Detected:
    """What answers at an address that someone typed. The known cloud hosts are not asked anything.

    `key` is sent to that host only. Raises ConfigurationError for what is no address, EndpointError if nothing answers.
    """
    name = host_of(url) or url
    try:
        connection = Connection(id="detect", name=name, base_url=url, connect_timeout=PROBE_TIMEOUT)
    except ValidationError as error:
        raise ConfigurationError(
            f"“{url}” is not an address.", hint="Write something like http://localhost:8000.", detail=reasons(error)
        ) from error
    found = await recognise(connection, key)
    kind = provider_class(found.kind)
    detected = Detected(found.kind, kind.label, kind.normalise_url(url), found.why)
    if by_host(url):
        return detected
    endpoint = Endpoint(name, detected.base_url, api_key=key, timeout=PROBE_TIMEOUT, connect_timeout=PROBE_TIMEOUT)
    provider = kind(endpoint)
    try:
        version, models = await _version(provider), await _models(provider)
    finally:
        await provider.aclose()
    return Detected(found.kind, kind.label, detected.base_url, found.why, version, models)


async def recognise(connection: Connection, key: str) -> Recognised:
    """The kind of a connection: the one it names, that of its host, that of the server's answers, else `custom`.

    A port only says which kind is thought of first; a model's name counts when the answers tell nothing.
    Raises EndpointError when the server cannot be reached.
    """
    if connection.provider:
        return Recognised(connection.provider, "The connection names it.")
    if not (connection.base_url or connection.urls):
        return _by_model_alone(connection)
    if kind := by_host(connection.base_url):
        return Recognised(kind.kind, f"{host_of(connection.base_url)} is {kind.label}'s own host.")
    client = HttpClient(_options(connection))
    try:
        return await _ask(client, connection, key)
    except EndpointError as error:
        raise _explained(error, connection) from error.__cause__
    finally:
        await client.aclose()


def _by_model_alone(connection: Connection) -> Recognised:
    if kind := by_model(connection.model):
        return Recognised(kind.kind, f"The model “{connection.model}” is {kind.label}'s.")
    raise ConfigurationError(
        f"“{connection.name}” names a model, “{connection.model}”, that tells nothing of its service.",
        hint="Give it a base URL or a provider.",
    )


async def _ask(client: HttpClient, connection: Connection, key: str) -> Recognised:
    """Only the first question carries the key, and only its failure counts: the others may be unknown there."""
    base = provider_class(FALLBACK).normalise_url(connection.base_url)
    guess = by_port(connection.base_url)
    kinds = (*([guess] if guess else []), *askable())
    first = await _probe(client, f"{base}/models", "/v1/models", {"authorization": f"Bearer {key}"} if key else {})
    if found := _judge(first, kinds):
        return found
    for path in _LATER_PROBES:
        try:
            probe = await _probe(client, base.removesuffix("/v1") + path, path, {})
        except EndpointError:
            continue
        if found := _judge(probe, kinds):
            return found
    return _unknown(first, connection.model)


async def _probe(client: HttpClient, url: str, path: ProbePath, headers: dict[str, str]) -> Probe:
    try:
        async with asyncio.timeout(2 * PROBE_TIMEOUT):  # for a server that sends a byte now and then
            reply = await client.request("GET", url, headers=headers)
    except TimeoutError:
        raise Stalled(f"{host_of(url)} did not finish its answer.") from None
    return Probe(path, reply.status, reply.headers, reply.text, _json(reply))


def _json(reply: Reply) -> JsonValue:
    try:
        value: JsonValue = reply.json()
    except ValueError:
        return None
    return value


def _judge(probe: Probe, kinds: tuple[type[Provider], ...]) -> Recognised | None:
    for kind in kinds:
        if kind.recognise(probe):
            return Recognised(kind.kind, f"It answers GET {probe.path} as {kind.label} does.")
    return None


def _unknown(first: Probe, model: str) -> Recognised:
    """The verdict when no kind recognised its own answers."""
    if provider_class(FALLBACK).recognise(first):
        return Recognised(FALLBACK, "It lists its models as OpenAI does.")
    if kind := by_model(model):
        return Recognised(kind.kind, f"The model “{model}” is {kind.label}'s.")
    if first.status in _WANTS_A_KEY:
        return Recognised(FALLBACK, f"It wants a key before it tells more ({first.status}).")
    return Recognised(FALLBACK, "It answers, but like no server that is known; it is taken for OpenAI-compatible.")


def _options(connection: Connection) -> HttpOptions:
    return HttpOptions(
        timeout=PROBE_TIMEOUT,
        connect_timeout=min(PROBE_TIMEOUT, connection.connect_timeout),
        verify_cert=connection.verify_cert,
        ca_file=connection.ca_file,
        proxy=connection.proxy,
        headers=connection.headers,
    )


def _explained(error: EndpointError, connection: Connection) -> EndpointError:
    """With the advice of the kind that usually has this port."""
    kind = by_port(connection.base_url)
    return kind(Endpoint(connection.name, connection.base_url)).explain(error) if kind else error.on(connection.name)


async def _version(provider: Provider) -> str:
    try:
        return (await provider.check()).version
    except EndpointError:
        return ""


async def _models(provider: Provider) -> tuple[ModelInfo, ...]:
    try:
        return tuple(await provider.list_models())
    except EndpointError:
        return ()
