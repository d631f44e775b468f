"""What all providers that speak HTTP share: addresses, keys, reading an answer to its end, explaining failures."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from typing import ClassVar

from chat_studio.errors import BillingRequired, EndpointError, StreamInterrupted, Unauthorized
from chat_studio.events import Event, Notice
from chat_studio.net.client import HttpClient, HttpOptions, Reply, StreamedReply
from chat_studio.net.framing import json_documents
from chat_studio.providers._wire import urls
from chat_studio.providers._wire.addresses import Addresses
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.decoder import Decoder
from chat_studio.providers._wire.failures import REFUSED_KEY, failure, failure_in, is_error
from chat_studio.providers._wire.reading import BLANK, Reading
from chat_studio.providers._wire.redaction import Redactor
from chat_studio.providers.base import Provider
from chat_studio.providers.values import Endpoint

MAX_ERROR_BODY = 1024 * 1024

MOST_PAGES = 20
"""Of a list that never ends, as a server that forgets where it was sends it."""


class HttpProvider(Provider):
    """A provider over HTTP. Subclasses call `events` and `fetch` inside `with self.explaining()`.

    A subclass says what to do next on its kind of server by `advice`, and how it takes a key by `headers`.
    """

    advice: ClassVar[Advice] = Advice()
    """What its failures call for, where there is better advice than the general one."""
    billing_page: ClassVar[str] = ""
    """Where credit is added, as a URL."""

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
        self,
        method: str,
        path: str,
        json: object = None,
        *,
        model: str = "",
        patience: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> object:
        """Sends a request and returns the JSON of its answer. Raises EndpointError for anything else.

        `patience` is seconds without a byte: the endpoint's short one for a GET, else its long one. `headers` stand in
        the place of the kind's own.
        """
        reply = await self.reply(method, path, json, model=model, patience=patience, headers=headers)
        return _checked(reply.body, reply.status, model)

    async def reply(
        self,
        method: str,
        path: str,
        json: object = None,
        *,
        model: str = "",
        patience: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The answer of status 2xx to a request, whatever its body. Raises EndpointError for another status."""
        seconds = patience or (self.endpoint.short_timeout if method == "GET" else self.endpoint.timeout)

        async def send(base_url: str) -> Reply:
            sent = self.headers() if headers is None else headers
            url = self.url(base_url, path)
            reply = await self._http.request(method, url, headers=sent, json=json, patience=seconds)
            if not 200 <= reply.status < 300:
                raise failure(reply.status, reply.headers, reply.body, model=model)
            return reply

        return await self._addresses.ask(send)

    async def pages(
        self, path: str, following: Callable[[object], str], first: str = "", headers: Mapping[str, str] | None = None
    ) -> list[object]:
        """The pages of a list. `first` is the query of the first one, and `following` reads that of the next from each.

        It is "" after the last. Raises EndpointError.
        """
        pages: list[object] = []
        query = first
        for _ in range(MOST_PAGES):
            pages.append(await self.fetch("GET", f"{path}?{query}" if query else path, headers=headers))
            before, query = query, following(pages[-1])
            if query in ("", before):
                break
        return pages

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
            reading = Reading(reply, decoder)
            opening = await reading.opening()
            first = opening.lstrip(BLANK)[:1]
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
        if isinstance(error, Unauthorized) and not self.endpoint.api_key:
            error.message = error.message.replace(REFUSED_KEY, "The server wants a key", 1)
        error.hint = self.hint(error) or error.hint
        return super().explain(error)

    def hint(self, error: EndpointError) -> str:
        """What to do next on this kind of server; "" leaves the general advice."""
        return self.advice.hint(error, has_key=bool(self.endpoint.api_key)) or self.page_for(error)

    def page_for(self, error: EndpointError) -> str:
        """What to do about a key or an empty account, and on which page; "" for all other errors."""
        key_page, billing_page = (self.key_page, self.billing_page) if self.is_vendor else ("", "")
        if isinstance(error, Unauthorized) and not self.endpoint.api_key:
            usual = self.variables.usual_key
            variable = f", or “env:{usual}” for the one in that environment variable" if usual else ""
            page = f" Keys are made at {key_page}." if key_page else ""
            return f"The server wants a key: enter it in this connection{variable}.{page}"
        if isinstance(error, Unauthorized) and key_page:
            return f"Check the key, or make a new one, at {key_page}."
        if isinstance(error, BillingRequired) and billing_page:
            return f"Add credit, or raise the spending limit, at {billing_page}; waiting does not help."
        return ""

    @property
    def is_vendor(self) -> bool:
        """Whether the service itself answers, on whose pages keys are made, not somebody else who speaks as it does."""
        return True

    async def aclose(self) -> None:
        await self._http.aclose()


def _checked(body: bytes, status: int, model: str) -> object:
    """A body of status 2xx as JSON. Raises EndpointError if it is something else, or reports an error."""
    try:
        values = json_documents(body.decode("utf-8-sig", "replace").strip())
    except ValueError:
        raise failure(status, {}, body, model=model) from None
    if is_error(values[0]):
        raise failure_in(values[0], model=model)
    return values[0]
