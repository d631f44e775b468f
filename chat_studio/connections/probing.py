"""Asks an unknown server harmless questions: which of them, at which addresses, in which order, for how long."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Mapping
from urllib.parse import urlsplit

from pydantic import JsonValue

from chat_studio.connections.bystanders import PATHS as BYSTANDERS_PATHS
from chat_studio.connections.model import Connection
from chat_studio.connections.recognition import FALLBACK, askable, host_of
from chat_studio.errors import EndpointError, Stalled
from chat_studio.net.client import HttpClient, HttpOptions, Reply
from chat_studio.providers.registry import provider_class
from chat_studio.providers.values import MODELS, Probe

PROBE_TIMEOUT = 3.0
"""Seconds, for each question: a server that is up answers these from memory."""

PATIENCE = 12.0
"""Seconds for all questions together."""

WANTS_A_KEY = (401, 403)

_ORDER = (
    "/.well-known/localai.json",  # before those below: LocalAI answers them as an old Ollama does
    "/",
    "/api/version",
    "/api/v1/models",
    "/api/v0/models",
    "/props",
    "/version",
    "/healthz",
)
"""Cheap and telling questions first; what a kind asks beside them comes after."""


def lists_models(probe: Probe) -> bool:
    """Whether it is a list of models, in OpenAI's shape or one that is near to it."""
    if probe.path != MODELS or probe.status >= 400:
        return False
    if isinstance(probe.json, list):
        return all(isinstance(item, Mapping) and "id" in item for item in probe.json)
    return isinstance(probe.json, Mapping) and (
        isinstance(probe.json.get("data"), list)
        or isinstance(probe.json.get("models"), list)
        or probe.json.get("object") == "list"
    )


def wants_a_key(probe: Probe) -> bool:
    return probe.status in WANTS_A_KEY


def is_page(probe: Probe) -> bool:
    """Whether it is HTML: a website, a proxy's or a login page."""
    return "html" in probe.headers.get("content-type", "") or probe.text[:200].lstrip().lower().startswith(
        ("<!doctype html", "<html")
    )


class Asker:
    """The questions to one address that the user named. The key goes with each; redirects are not followed."""

    def __init__(self, connection: Connection, typed: str, key: str) -> None:
        """`typed` is the address as it was typed or pasted."""
        self._http = HttpClient(_options(connection))
        self._headers = {"authorization": f"Bearer {key}"} if key else {}
        self._bases = _bases(provider_class(FALLBACK).normalise_url(typed))
        self.base_url = ""
        """Where the models are listed, or else the root of the server's own routes; "" while that is where it was
        typed."""

    async def aclose(self) -> None:
        await self._http.aclose()

    async def answers(self) -> AsyncGenerator[Probe, None]:
        """The answers, one after the other. Raises EndpointError if the first question fails; later ones may."""
        yield await self._look_at(self._bases[0])
        for base in self._bases[1:]:
            if self.base_url:
                break
            if probe := await self._try(self._look_at(base)):
                yield probe
        roots = self._roots()
        for root in roots:
            if root != roots[0]:
                self.base_url = root
            for path in _later_paths():
                if probe := await self._try(self._probe(root + path, path)):
                    yield probe

    async def find_base(self) -> str:
        """The address below which the models are listed, "" if there is none near. Raises as `answers`."""
        await self._look_at(self._bases[0])
        for base in self._bases[1:]:
            if not self.base_url:
                await self._try(self._look_at(base))
        return self.base_url

    async def _look_at(self, base: str) -> Probe:
        probe = await self._probe(f"{base}/models", MODELS)
        if lists_models(probe) or wants_a_key(probe):
            self.base_url = self.base_url or base
        return probe

    def _roots(self) -> list[str]:
        """Where the server's own routes may stand: beside its `/v1`; else also at the root of the host."""
        if self.base_url:
            return [_root(self.base_url)]
        return list(dict.fromkeys((_root(self._bases[0]), origin(self._bases[0]))))

    async def _try(self, asked: Awaitable[Probe]) -> Probe | None:
        try:
            return await asked
        except EndpointError:
            return None

    async def _probe(self, url: str, path: str) -> Probe:
        try:
            async with asyncio.timeout(2 * PROBE_TIMEOUT):  # for a server that sends a byte now and then
                reply = await self._http.request("GET", url, headers=self._headers)
        except TimeoutError:
            raise Stalled(f"{host_of(url)} did not finish its answer.") from None
        return Probe(path, reply.status, reply.headers, reply.text, _json(reply))


def _later_paths() -> list[str]:
    wanted = {path for kind in askable() for path in kind.recognition.probes} - {MODELS}
    usual = [path for path in _ORDER if path in wanted]
    return list(dict.fromkeys((*usual, *sorted(wanted.difference(_ORDER)), *BYSTANDERS_PATHS)))


def _bases(base: str) -> list[str]:
    """Where the models may be listed: as typed, with `/v1` once, without it, and at the root of the host."""
    root = _root(base)
    typed = f"{root}/v1" if base != root else root
    return list(dict.fromkeys((typed, f"{root}/v1", root, f"{origin(base)}/v1")))


def _root(base: str) -> str:
    """The address without any `/v1` at its end."""
    return re.sub(r"(?:/v1)+/?$", "", base)


def origin(base: str) -> str:
    """The address without its path."""
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}"


def _json(reply: Reply) -> JsonValue:
    try:
        value: JsonValue = reply.json()
    except ValueError:
        return None
    return value


def _options(connection: Connection) -> HttpOptions:
    return HttpOptions(
        timeout=PROBE_TIMEOUT,
        connect_timeout=min(PROBE_TIMEOUT, connection.connect_timeout),
        verify_cert=connection.verify_cert,
        ca_file=connection.ca_file,
        proxy=connection.proxy,
        headers=connection.headers,
    )
