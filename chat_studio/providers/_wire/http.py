"""What all providers that speak HTTP share: addresses, keys, reading an answer to its end, explaining failures."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from typing import ClassVar

from chat_studio.errors import BadResponse, EndpointError, StreamInterrupted, Unauthorized
from chat_studio.events import Event, Notice
from chat_studio.net.client import HttpClient, HttpOptions, Reply, StreamedReply
from chat_studio.net.framing import json_documents
from chat_studio.providers._wire import urls
from chat_studio.providers._wire.addresses import Addresses
from chat_studio.providers._wire.failures import failure, failure_in, is_error
from chat_studio.providers._wire.redaction import Redactor
from chat_studio.providers.base import Provider
from chat_studio.providers.values import Endpoint

LINGER = 5.0
"""Seconds that are waited after the finish reason for usage and terminator."""

EPILOGUE = 0.1
"""Seconds that are waited after the terminator for the end of the body; without it the connection is closed."""

MAX_ERROR_BODY = 1024 * 1024

MAX_BLANKS = 64 * 1024
"""Bytes; DeepSeek keeps a connection alive with one line feed a second or so, for minutes at most."""

NOT_THIS_KIND = "Check the base URL, and whether the connection's kind is that of the server."

_BLANK = b"\xef\xbb\xbf \t\r\n"


class Decoder(ABC):
    """Bytes of one answer in, events out, free of I/O.

    Events come out before the error of what follows them is raised, so nothing that arrived is lost.
    """

    foreign: ClassVar[bytes] = b"{[<"
    """First bytes that show that the body is not this framing but one JSON document, or HTML."""

    done = False
    """The terminator has been seen: nothing more is to be read."""

    finishing = False
    """The answer is complete; what may still come is waited for no longer than LINGER."""

    @abstractmethod
    def feed(self, data: bytes) -> Iterable[Event]:
        """The events that `data` completes. Raises EndpointError for one that the server reports."""

    @abstractmethod
    def close(self) -> Iterable[Event]:
        """What was pending at the end of the stream, then `Finished`. Raises StreamInterrupted if it ended early."""

    def whole(self, body: object) -> Iterable[Event]:
        """The events of an answer that came as one JSON document. Raises EndpointError."""
        raise BadResponse(
            "The server sent one JSON document instead of a stream.", hint=NOT_THIS_KIND, detail=str(body)[:300]
        )


class HttpProvider(Provider):
    """A provider over HTTP. Subclasses call `events` and `fetch` inside `with self.explaining()`.

    A subclass says what to do next on its kind of server by overriding `hint`, and how it takes a key by `headers`.
    """

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        typed = [url for url in (endpoint.base_url, *endpoint.urls) if url] or [self.default_base_url]
        self._addresses = Addresses(map(self.normalise_url, typed))
        self._redactor = Redactor.of(endpoint)
        self._http = HttpClient(
            HttpOptions(
                timeout=endpoint.timeout,
                connect_timeout=endpoint.connect_timeout,
                verify_cert=endpoint.verify_cert,
                ca_file=endpoint.ca_file,
                proxy=endpoint.proxy,
                headers=endpoint.headers,
                read_pause=read_pause,
            )
        )

    def headers(self) -> dict[str, str]:
        """The headers of every request: the key as a bearer token, none without a key."""
        key = self.key()
        return {"authorization": f"Bearer {key}"} if key else {}

    def key(self) -> str:
        """The endpoint's key. Raises Unauthorized for one that HTTP cannot carry."""
        key = self.endpoint.api_key.strip()
        if not (key.isascii() and key.isprintable()):
            raise Unauthorized(
                "The key has a character that cannot be sent.",
                hint="Copy it again; typographic quotes and line breaks do not belong to it.",
            )
        return key

    @property
    def base_url(self) -> str:
        """The canonical address; of several replicas the first."""
        return self._addresses.first

    @classmethod
    def root_of(cls, base_url: str) -> str:
        """The address under which the server's own routes stand, beside those of the protocol."""
        return urls.without_version(base_url)

    def url(self, base_url: str, path: str) -> str:
        """The address of a request; a `path` with a leading slash stands under the server's root."""
        return urls.join(self.root_of(base_url) if path.startswith("/") else base_url, path)

    async def fetch(
        self, method: str, path: str, json: object = None, *, model: str = "", patience: float | None = None
    ) -> object:
        """Sends a request and returns the JSON of its answer. Raises EndpointError for anything else.

        `patience` is seconds without a byte: the endpoint's short one for a GET, else its long one.
        """
        reply = await self.reply(method, path, json, model=model, patience=patience)
        return _checked(reply.body, reply.status, model)

    async def reply(
        self, method: str, path: str, json: object = None, *, model: str = "", patience: float | None = None
    ) -> Reply:
        """The answer of status 2xx to a request, whatever its body. Raises EndpointError for another status."""
        seconds = patience or (self.endpoint.short_timeout if method == "GET" else self.endpoint.timeout)

        async def send(base_url: str) -> Reply:
            reply = await self._http.request(
                method, self.url(base_url, path), headers=self.headers(), json=json, patience=seconds
            )
            if not 200 <= reply.status < 300:
                raise failure(reply.status, reply.headers, reply.body, model=model)
            return reply

        return await self._addresses.ask(send)

    async def events(
        self, path: str, body: object, decoder: Decoder, *, model: str = ""
    ) -> AsyncGenerator[Event, None]:
        """Posts `body` and yields the events of the answer to its end. Raises EndpointError; closing it aborts.

        A replica that refuses is passed over, with a `Notice`.
        """
        async with AsyncExitStack() as open_replies:
            refusals: list[Notice] = []
            reply = await self._open(path, body, model, open_replies, refusals)
            for refusal in refusals:
                yield refusal
            reading = _Reading(reply, decoder)
            opening = await reading.opening()
            first = opening.lstrip(_BLANK)[:1]
            if first and first in decoder.foreign:
                for event in decoder.whole(_checked(opening + await reply.read(), reply.status, model)):
                    yield event
                return
            async for chunk in reading.chunks(opening):
                for event in decoder.feed(chunk):
                    yield event
            try:
                for event in decoder.close():
                    yield event
            except StreamInterrupted:
                if reading.broken:
                    raise reading.broken from None
                raise
            await reading.drain()

    async def _open(
        self, path: str, body: object, model: str, open_replies: AsyncExitStack, refusals: list[Notice]
    ) -> StreamedReply:
        """The answer of status 2xx to a POST, whose body is still to come, of the first replica that gives one."""

        async def send(base_url: str) -> StreamedReply:
            async with AsyncExitStack() as stack:
                asked = self._http.stream("POST", self.url(base_url, path), headers=self.headers(), json=body)
                reply = await stack.enter_async_context(asked)
                if not 200 <= reply.status < 300:
                    raise failure(reply.status, reply.headers, await reply.read(MAX_ERROR_BODY), model=model)
                open_replies.push_async_exit(stack.pop_all())
                return reply

        def refused(place: str, following: str, error: EndpointError) -> None:
            refusals.append(Notice(f"{place} refused: {error.message.rstrip('.')}; {following} was asked instead."))

        return await self._addresses.ask(send, refused)

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Every error leaves through here: with its connection, what to do next, and without any key."""
        try:
            yield
        except EndpointError as error:
            told = self.explain(error)
            self._redactor.clean(told)
            raise told  # noqa: B904 - explain() returns the same error

    def explain(self, error: EndpointError) -> EndpointError:
        error.hint = self.hint(error) or error.hint
        return super().explain(error)

    def hint(self, error: EndpointError) -> str:
        """What to do next on this kind of server; "" leaves the general advice."""
        if isinstance(error, Unauthorized) and not self.endpoint.api_key:
            usual = self.variables.usual_key
            variable = f", or put it into the environment as {usual}" if usual else ""
            page = f" Keys are made at {self.key_page}." if self.key_page else ""
            return f"The server wants a key: enter it in this connection{variable}.{page}"
        return ""

    async def aclose(self) -> None:
        await self._http.aclose()


class _Reading:
    """The bytes of one answer; reading ends quietly where the decoder needs no more."""

    def __init__(self, reply: StreamedReply, decoder: Decoder) -> None:
        self._chunks = reply.chunks()
        self._decoder = decoder
        self._deadline: float | None = None
        self.broken: EndpointError | None = None
        """What broke the connection, if anything did."""

    async def opening(self) -> bytes:
        """The bytes up to the first chunk that is not blank. Raises BadResponse when blanks are all that comes."""
        opening = b""
        async for chunk in self._chunks:
            opening += chunk
            if opening.lstrip(_BLANK):
                break
            if len(opening) > MAX_BLANKS:
                raise BadResponse("The server sent nothing but blanks.", hint=NOT_THIS_KIND)
        return opening

    async def chunks(self, opening: bytes) -> AsyncIterator[bytes]:
        chunk = opening
        while chunk:
            yield chunk
            try:
                chunk = await self._next()
            except EndpointError as error:
                self.broken = error
                return

    async def drain(self) -> None:
        """Reads the end of the body after the terminator, so that the connection can be used again."""
        with suppress(TimeoutError, EndpointError):
            async with asyncio.timeout(EPILOGUE):
                async for _ in self._chunks:
                    pass

    async def _next(self) -> bytes:
        """The next chunk, b"" at the end."""
        if self._decoder.done:
            return b""
        if not self._decoder.finishing:
            return await anext(self._chunks, b"")
        self._deadline = self._deadline or asyncio.get_running_loop().time() + LINGER
        try:
            async with asyncio.timeout_at(self._deadline):
                return await anext(self._chunks, b"")
        except TimeoutError:
            return b""


def _checked(body: bytes, status: int, model: str) -> object:
    """A body of status 2xx as JSON. Raises EndpointError if it is something else, or reports an error."""
    try:
        values = json_documents(body.decode("utf-8-sig", "replace").strip())
    except ValueError:
        raise failure(status, {}, body, model=model) from None
    if is_error(values[0]):
        raise failure_in(values[0], model=model)
    return values[0]
