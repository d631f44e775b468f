"""The way to a server in single steps: its name, its port, its certificate. For finding out which of them fails."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from chat_studio.net import failures
from chat_studio.net.routes import HttpOptions, environment_proxy, tls_context


@dataclass(frozen=True)
class Route:
    """Where the first connection goes: to the server, or to the proxy before it. `speaks_tls` is about the server."""

    url: httpx.URL = field(repr=False)
    proxy: httpx.URL | None = field(repr=False)
    options: HttpOptions = field(repr=False)

    @property
    def host(self) -> str:
        return (self.proxy or self.url).host

    @property
    def place(self) -> str:
        """`host:port` of the first connection."""
        return failures.place(self.proxy or self.url)

    @property
    def port(self) -> int:
        return int(self.place.rpartition(":")[2])

    @property
    def speaks_tls(self) -> bool:
        return self.url.scheme == "https"


@dataclass(frozen=True)
class TlsFacts:
    """What a handshake agreed on; `expires` is None for a certificate that was not verified."""

    version: str
    expires: datetime | None


async def route_to(url: str, options: HttpOptions) -> Route:
    """The way that requests to `url` take. Raises WrongAddress for what is no URL."""
    try:
        target = httpx.URL(url)
        proxy = options.proxy or await asyncio.to_thread(environment_proxy, target)
        return Route(target, httpx.URL(proxy) if proxy else None, options)
    except httpx.InvalidURL as error:
        raise failures.bad_address(str(error)) from error


async def resolve(route: Route) -> tuple[str, ...]:
    """The addresses of the host, in the order in which they are tried. Raises Unreachable."""
    loop = asyncio.get_running_loop()
    with _failures(route):
        async with asyncio.timeout(route.options.connect_timeout):
            found = await loop.getaddrinfo(route.host, route.port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


async def connect(route: Route, addresses: Sequence[str]) -> str:
    """Connects to the first of the addresses that accepts, and hangs up; returns it. Raises Unreachable."""
    with _failures(route):
        for address in addresses[:-1]:
            with contextlib.suppress(OSError):
                async with _connected(route, address, None):
                    return address
        async with _connected(route, addresses[-1], None):
            return addresses[-1]


async def handshake(route: Route, address: str) -> TlsFacts:
    """Greets the server as a request would. Raises TlsFailed."""
    context = await asyncio.to_thread(tls_context, route.options)
    with _failures(route):
        async with _connected(route, address, context) as connection:
            certificate = connection.getpeercert() or {}
            version = connection.version() or "TLS"
    until = certificate.get("notAfter")
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) if isinstance(until, str) else None
    return TlsFacts(version.replace("TLSv", "TLS "), expires)


@asynccontextmanager
async def _connected(route: Route, address: str, context: ssl.SSLContext | None) -> AsyncIterator[ssl.SSLObject]:
    """A connection for the block; what it gives is of use with a `context` only."""
    async with asyncio.timeout(route.options.connect_timeout):
        _, writer = await asyncio.open_connection(
            address, route.port, ssl=context, server_hostname=route.host if context else None
        )
    try:
        yield writer.get_extra_info("ssl_object")
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@contextlib.contextmanager
def _failures(route: Route) -> Iterator[None]:
    """The same errors, in the same words, as a request would raise."""
    try:
        yield
    except OSError as error:  # TimeoutError, gaierror and SSLError are among them
        timed_out = isinstance(error, TimeoutError)
        told: httpx.HTTPError = httpx.ConnectTimeout("") if timed_out else httpx.ConnectError(str(error))
        told.__cause__ = error
        raise failures.failure(
            told,
            route.url,
            proxy=route.proxy,
            timeout=route.options.timeout,
            connect_timeout=route.options.connect_timeout,
        ) from None
