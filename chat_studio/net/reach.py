"""The way to a server in single steps: its name, its port, its certificate. For finding out which of them fails."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from chat_studio.net import failures
from chat_studio.net.routes import HttpOptions, environment_proxy, tls_context

_WRONG_TIME = (9, 10)
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""
_SKEW = timedelta(minutes=5)
"""Clocks that differ by less are taken for right."""


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
    """Greets the server as a request would. Raises TlsFailed, which says what a second look found out."""
    context = await asyncio.to_thread(tls_context, route.options)
    with _failures(route):
        try:
            async with _connected(route, address, context) as (_, writer):
                connection = writer.get_extra_info("ssl_object")
                certificate = connection.getpeercert() or {}
                version = connection.version() or "TLS"
        except ssl.SSLError as error:
            told = failures.tls_failure(error, failures.place(route.url))
            told.hint = await _tls_advice(route, address, error) or told.hint
            raise told from None
    until = certificate.get("notAfter")
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) if isinstance(until, str) else None
    return TlsFacts(version.replace("TLSv", "TLS "), expires)


async def speaks_tls(route: Route, address: str) -> bool:
    """Whether the server greets in TLS, with whatever certificate. Nothing is sent after the handshake."""
    try:
        async with _connected(route, address, await _unverified(route)):
            return True
    except (OSError, TimeoutError):
        return False


async def _tls_advice(route: Route, address: str, error: ssl.SSLError) -> str:
    """What to do about a failed handshake, as far as asking the server again shows it."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        answers = await _head(route, address, None) is not None
        return "The server answers without TLS on this port: the address must begin with http://." if answers else ""
    if error.verify_code not in _WRONG_TIME:
        return ""
    headers = await _head(route, address, await _unverified(route)) or httpx.Headers()
    try:
        server = parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return _clock_advice(datetime.now(UTC) - server)


def _clock_advice(ahead: timedelta) -> str:
    """`ahead` is by how much this computer's clock is before the server's."""
    if abs(ahead) < _SKEW:
        return (
            "This computer's clock agrees with the server's, so the certificate is to blame: whoever runs the server "
            "must renew it."
        )
    return (
        f"This computer's clock is {_amount(abs(ahead))} {'ahead of' if ahead > _SKEW else 'behind'} the server's. "
        "Set the clock of the one that is wrong."
    )


def _amount(time: timedelta) -> str:
    """A length of time in the largest unit of which there are two: “3 days”, “90 minutes”."""
    for unit, seconds in (("days", 86_400), ("hours", 3600)):
        if time.total_seconds() >= 2 * seconds:
            return f"{time.total_seconds() / seconds:.0f} {unit}"
    return f"{time.total_seconds() / 60:.0f} minutes"


async def _unverified(route: Route) -> ssl.SSLContext:
    return await asyncio.to_thread(tls_context, replace(route.options, verify_cert=False))


async def _head(route: Route, address: str, context: ssl.SSLContext | None) -> httpx.Headers | None:
    """The headers of the answer to `HEAD /`, sent without any key; None if the answer is not HTTP."""
    asked = f"HEAD / HTTP/1.1\r\nHost: {route.url.netloc.decode('ascii')}\r\nConnection: close\r\n\r\n"
    try:
        async with (
            asyncio.timeout(route.options.connect_timeout),
            _connected(route, address, context) as (reader, writer),
        ):
            writer.write(asked.encode("ascii"))
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
    except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
        return None
    if not first.startswith("HTTP/"):
        return None
    pairs = (line.partition(":") for line in lines if line)
    return httpx.Headers([(name.strip(), value.strip()) for name, _, value in pairs])


@asynccontextmanager
async def _connected(
    route: Route, address: str, context: ssl.SSLContext | None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection for the block, through TLS with a `context`."""
    async with asyncio.timeout(route.options.connect_timeout):
        reader, writer = await asyncio.open_connection(
            address, route.port, ssl=context, server_hostname=route.host if context else None
        )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@contextlib.contextmanager
def _failures(route: Route) -> Iterator[None]:
    """The same errors, in the same words, as a request would raise."""
    try:
        yield
    except (OSError, UnicodeError) as error:  # TimeoutError, gaierror and SSLError are among them
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
