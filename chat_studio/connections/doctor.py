"""Examines a connection step by step, from the name of its host to the first token, and says which step fails why."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

from chat_studio.connections.endpoint import address_of, check_ca_file
from chat_studio.connections.model import Connection
from chat_studio.connections.provision import provider_of
from chat_studio.connections.recognition import FALLBACK, by_host, by_port
from chat_studio.connections.secrets import Secrets
from chat_studio.errors import EndpointError, StudioError
from chat_studio.events import VISIBLE, Started
from chat_studio.messages import Message, Role
from chat_studio.net import reach
from chat_studio.net.client import HttpOptions
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import provider_class
from chat_studio.providers.values import ChatRequest, Endpoint, Parameters

State = Literal["running", "ok", "warning", "failed", "skipped"]
FIRST_TOKEN_LIMIT = 16
"""Tokens asked for in the last step; some servers refuse fewer."""
_NAMES_SHOWN = 5


@dataclass(frozen=True)
class Step:
    """One step as it begins (`running`) and as it ended. `seconds` is how long it took.

    A `warning` is a step that found something wrong that conversations can do without.

    `hint` says how to mend a failure, `detail` holds the server's own words.
    """

    name: str
    state: State
    summary: str = ""
    seconds: float | None = None
    hint: str = ""
    detail: str = ""
    error: StudioError | None = field(default=None, repr=False, compare=False)


async def examine(connection: Connection, secrets: Secrets, *, typed_key: str = "") -> AsyncIterator[Step]:
    """Yields each step twice, running and ended; after a failure the others are skipped. Never raises StudioError.

    The connection need not be stored; `typed_key` is one that is not stored yet.
    """
    examination = _Examination(connection, secrets, typed_key)
    failed = False
    try:
        for name, work in examination.steps.items():
            if failed:
                yield Step(name, "skipped")
                continue
            yield Step(name, "running")
            ended = await _timed(name, work, connection.name)
            failed = ended.state == "failed"
            yield ended
    finally:
        await examination.aclose()


class _NotUsed(str):
    """The summary of a step that this connection has no use for."""

    __slots__ = ()


Work = Callable[[], Awaitable[str]]


async def _timed(name: str, work: Work, connection: str) -> Step:
    begin = time.perf_counter()
    try:
        summary = await work()
    except StudioError as error:
        seconds = time.perf_counter() - begin
        return Step(name, "failed", error.message, seconds, error.hint, error.detail, error.on(connection))
    if isinstance(summary, _NotUsed):
        return Step(name, "skipped", str(summary))
    return Step(name, "ok", summary, time.perf_counter() - begin)


class _Examination:
    """The steps of one examination. Each returns its summary, and leaves what it found out to the later ones."""

    def __init__(self, connection: Connection, secrets: Secrets, typed_key: str) -> None:
        self._connection = connection
        self._secrets = secrets
        self._typed_key = typed_key
        self._route: reach.Route | None = None
        self._addresses: tuple[str, ...] = ()
        self._provider: Provider | None = None
        self.steps: dict[str, Work] = {
            "name": self._resolve,
            "port": self._connect,
            "TLS": self._greet,
            "key": self._check,
            "models": self._list_models,
            "first token": self._ask,
        }

    async def aclose(self) -> None:
        if self._provider:
            await self._provider.aclose()

    async def _resolve(self) -> str:
        kind = await asyncio.to_thread(_likely_kind, self._connection)
        if not kind.needs_address:
            return _NotUsed("No name is looked up: nothing leaves this computer.")
        connection = self._connection
        options = HttpOptions(
            connect_timeout=connection.connect_timeout,
            verify_cert=connection.verify_cert,
            ca_file=connection.ca_file,
            proxy=connection.proxy,
        )
        self._route = await reach.route_to(address_of(connection, kind), options)
        self._addresses = await reach.resolve(self._route)
        found = ", ".join(self._addresses)
        whose = "The proxy " if self._route.proxy else ""
        if self._addresses == (self._route.host,):
            return f"{whose}{found} is an address already"
        return f"{whose}{self._route.host} is {found}"

    async def _connect(self) -> str:
        if self._route is None:
            return _NotUsed("No port is used.")
        try:
            address = await reach.connect(self._route, self._addresses)
        except EndpointError as error:
            kind = await asyncio.to_thread(_likely_kind, self._connection)
            raise kind(Endpoint(self._connection.name, str(self._route.url))).explain(error) from None
        self._addresses = (address,)
        return f"{self._route.place} accepts connections"

    async def _greet(self) -> str:
        if self._route is None or not self._route.speaks_tls:
            return _NotUsed("No TLS: the address begins with http://." if self._route else "No TLS is used.")
        check_ca_file(self._connection)
        if self._route.proxy:
            return _NotUsed("TLS goes through the proxy: the next step shows whether it works.")
        facts = await reach.handshake(self._route, self._addresses[0])
        trust = f"certificate valid until {facts.expires:%Y-%m-%d}" if facts.expires else "certificate not verified"
        return f"{facts.version}, {trust}"

    async def _check(self) -> str:
        self._provider = provider = await provider_of(self._connection, self._secrets, typed_key=self._typed_key)
        info = await provider.check()
        who = " ".join(text for text in (provider.label, info.version) if text)
        if not provider.needs_address:
            return info.note or who
        return f"{who} takes the key" if provider.endpoint.api_key else f"{who} answers without a key"

    async def _list_models(self) -> str:
        provider = self._ready
        if not provider.capabilities.model_list:
            return _NotUsed("This kind of server lists no models.")
        names = [model.id for model in await provider.list_models()]
        wanted = provider.endpoint.model
        listed = ", ".join(names[:_NAMES_SHOWN]) + ("…" if len(names) > _NAMES_SHOWN else "")
        count = f"{len(names)} model{'' if len(names) == 1 else 's'}"
        if wanted and not any(name in (wanted, f"{wanted}:latest") for name in names):
            return f"{count}, and “{wanted}” is not among them: {listed}"
        return f"{count}: {listed}" if names else "The server lists no models"

    async def _ask(self) -> str:
        """Asks for a few tokens, and hangs up after the first."""
        request = ChatRequest(
            (Message.of(Role.USER, "Reply with one word: hello."),), parameters=Parameters(max_tokens=FIRST_TOKEN_LIMIT)
        )
        model = self._ready.endpoint.model
        async with aclosing(self._ready.stream(request)) as events:
            async for event in events:
                model = (event.model if isinstance(event, Started) else "") or model
                if isinstance(event, VISIBLE):
                    return f"{model or 'The model'} began to answer"
        return f"{model or 'The model'} ended its answer without a word"

    @property
    def _ready(self) -> Provider:
        """The provider that the key step made: without it this step is not reached."""
        if self._provider is None:
            raise RuntimeError("the key step has not run")
        return self._provider


def _likely_kind(connection: Connection) -> type[Provider]:
    """The kind as far as it is known before anything is sent. Raises ConfigurationError for one that does not exist."""
    if connection.provider:
        return provider_class(connection.provider)
    return by_host(connection.base_url) or by_port(connection.base_url) or provider_class(FALLBACK)
