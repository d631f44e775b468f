"""The way to a server: which certificates are trusted, and which proxy is in between."""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import certifi
import httpx

from chat_studio import __version__
from chat_studio.errors import TlsFailed
from chat_studio.net.listening import is_loopback

_KEEP_ALIVE = 30.0
_WRITE_TIMEOUT = 60.0


@dataclass(frozen=True)
class HttpOptions:
    """How to reach servers. `timeout` is seconds without a byte; `headers` win over those of a request.

    `ca_file` is trusted beside the system's authorities. `proxy` "" means the environment's, which this computer's own
    servers do not go through. `read_pause` is the least time in seconds between two reads of a stream.
    """

    timeout: float = 300.0
    connect_timeout: float = 10.0
    verify_cert: bool = True
    ca_file: str = ""
    proxy: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    read_pause: float = 0.0


class Route:
    """The way to one origin, and how many requests are on it."""

    def __init__(self, client: httpx.AsyncClient, proxy: httpx.URL | None) -> None:
        self.client = client
        self.proxy = proxy
        self.is_last = False
        self._users = 0

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[Route]:
        self._users += 1
        try:
            yield self
        finally:
            self._users -= 1
            if self.is_last:
                await self.close_when_idle()

    async def close_when_idle(self) -> None:
        """Closes the connections now, or when the last request has ended."""
        self.is_last = True
        if not self._users:
            await self.client.aclose()


def make_route(target: httpx.URL, options: HttpOptions) -> Route:
    """Reads certificates and the system's proxy settings: slow, so it runs in a thread."""
    proxy = options.proxy or environment_proxy(target)
    needs_tls = "https" in (target.scheme, httpx.URL(proxy).scheme if proxy else "")
    client = httpx.AsyncClient(
        verify=tls_context(options) if needs_tls else _nothing_trusted(),
        timeout=timeouts(options),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=_KEEP_ALIVE),
        headers={"user-agent": f"chat-studio/{__version__}"},
        proxy=proxy or None,
        follow_redirects=False,
        trust_env=False,  # proxies are found below; a password from ~/.netrc must never replace a key
    )
    return Route(client, httpx.URL(proxy) if proxy else None)


def timeouts(options: HttpOptions) -> httpx.Timeout:
    """As httpx wants them: a request waits for a place in the pool as long as it takes."""
    return httpx.Timeout(
        options.timeout, connect=options.connect_timeout, write=max(_WRITE_TIMEOUT, options.timeout), pool=None
    )


def tls_context(options: HttpOptions) -> ssl.SSLContext:
    """Trusts the system's authorities, those of certifi, and the connection's own."""
    context = ssl.create_default_context()
    if not options.verify_cert:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    context.load_verify_locations(certifi.where())
    if options.ca_file:
        path = Path(options.ca_file).expanduser()
        try:
            context.load_verify_locations(**{"capath" if path.is_dir() else "cafile": str(path)})
        except (OSError, ssl.SSLError) as error:
            raise TlsFailed(
                f"The ca_file “{options.ca_file}” cannot be used.",
                hint="It must be a file of certificates in PEM form (-----BEGIN CERTIFICATE-----).",
                detail=str(error),
            ) from error
    return context


def _nothing_trusted() -> ssl.SSLContext:
    """For routes without TLS: made at once, and any handshake with it fails."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def environment_proxy(target: httpx.URL) -> str:
    """The proxy that the environment or the system sets for `target`, "" for none."""
    if is_loopback(target.host) or urllib.request.proxy_bypass(target.host):
        return ""
    proxies = urllib.request.getproxies()
    proxy = proxies.get(target.scheme) or proxies.get("all") or ""
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"
