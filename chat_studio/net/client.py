"""The one way to HTTP: private authorities, proxies, idle timeouts, and errors that a user understands."""

from __future__ import annotations

import asyncio
import json as json_module
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx

from chat_studio.errors import BadResponse
from chat_studio.net import failures
from chat_studio.net.pacing import paced
from chat_studio.net.routes import HttpOptions, Route, make_route, timeouts

__all__ = ["HttpClient", "HttpOptions", "Reply", "StreamedReply"]

MAX_BODY = 32 * 1024 * 1024
"""Bytes of a body that is read whole: the largest model list is about 1 MB, an embedding batch a few."""

_HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Reply:
    """A whole answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises ValueError if it is not."""
        try:
            return json_module.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class StreamedReply:
    """An answer whose body is still to come. It ends with the block that opened it."""

    def __init__(self, status: int, headers: Mapping[str, str], body: AsyncIterator[bytes]) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def chunks(self) -> AsyncIterator[bytes]:
        """The rest of the body as it arrives, never empty. Raises EndpointError when it stalls or breaks."""
        return self._body

    async def read(self, limit: int = MAX_BODY) -> bytes:
        """The rest of the body. Raises BadResponse when it is longer than `limit` bytes."""
        body = bytearray()
        async for chunk in self._body:
            body += chunk
            if len(body) > limit:
                raise BadResponse(
                    f"The server sent more than {limit // 1024**2} MB.",
                    hint="That is no answer of a model: check the base URL.",
                    status=self.status,
                )
        return bytes(body)


class HttpClient:
    """Requests over pooled connections. What httpx raises comes out as errors of `chat_studio.errors`.

    Cancelling a request, or leaving its block, closes its connection at once, so that the server stops its work.
    """

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self._routes: dict[tuple[str, str], Route] = {}
        self._opening = asyncio.Lock()
        self._closed = False

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        patience: float | None = None,
    ) -> Reply:
        """Sends a request and reads its whole answer, whatever its status.

        `patience` is seconds without a byte, in place of the client's own.
        Raises EndpointError when there is no answer, or when it is a redirect.
        """
        options = replace(self._options, timeout=patience or self._options.timeout, read_pause=0.0)
        async with self._open(method, url, headers or {}, json, options) as reply:
            return Reply(reply.status, reply.headers, await reply.read())

    @asynccontextmanager
    async def stream(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, json: object = None
    ) -> AsyncIterator[StreamedReply]:
        """Sends a request; the block reads its answer as it comes.

        Compression is declined, because gateways that compress a stream hold it back.
        """
        sent = {"accept-encoding": "identity", **(headers or {})}
        async with self._open(method, url, sent, json, self._options) as reply:
            yield reply

    async def aclose(self) -> None:
        """Closes all connections; one that is in use, now or later, at the end of its request."""
        self._closed = True
        routes = tuple(self._routes.values())
        self._routes.clear()
        for route in routes:
            await route.close_when_idle()

    @asynccontextmanager
    async def _open(
        self, method: str, url: str, headers: Mapping[str, str], json: object, options: HttpOptions
    ) -> AsyncIterator[StreamedReply]:
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise failures.bad_address(str(error)) from error
        if target.port and target.port > _HIGHEST_PORT:
            raise failures.bad_address(f"There is no port {target.port}.")
        async with (await self._route(target)).in_use() as route:
            request = _request(route, method, target, headers, json, options)
            with _failures(route, target, options):
                response = await route.client.send(request, stream=True)
            try:
                if response.has_redirect_location:
                    raise failures.redirected(target, response.status_code, response.headers["location"])
                with paced(response, options.read_pause):
                    body = _body(response, route, target, options)
                    yield StreamedReply(response.status_code, dict(response.headers), body)
            finally:
                await response.aclose()

    async def _route(self, target: httpx.URL) -> Route:
        origin = (target.scheme, target.netloc.decode("ascii"))
        async with self._opening:
            if origin in self._routes:
                return self._routes[origin]
            route = await asyncio.to_thread(make_route, target, self._options)
            if self._closed:
                route.is_last = True
            else:
                self._routes[origin] = route
            return route


def _request(
    route: Route,
    method: str,
    target: httpx.URL,
    headers: Mapping[str, str],
    json: object,
    options: HttpOptions,
) -> httpx.Request:
    sent = httpx.Headers()
    content = None
    if json is not None:
        sent["content-type"] = "application/json"
        content = json_module.dumps(json, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    try:
        sent.update(headers)
        sent.update(options.headers)
    except UnicodeEncodeError:
        raise failures.unsendable() from None
    return route.client.build_request(method, target, headers=sent, content=content, timeout=timeouts(options))


async def _body(
    response: httpx.Response, route: Route, target: httpx.URL, options: HttpOptions
) -> AsyncIterator[bytes]:
    with _failures(route, target, options):
        async for chunk in response.aiter_bytes():
            if chunk:
                yield chunk


@contextmanager
def _failures(route: Route, target: httpx.URL, options: HttpOptions) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        told = failures.failure(
            error, target, proxy=route.proxy, timeout=options.timeout, connect_timeout=options.connect_timeout
        )
        raise told from None  # httpx's own may quote a header, and with it the key
