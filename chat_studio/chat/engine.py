"""One request for an answer: the provider, and what is wrapped around it."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

from chat_studio.chat.retry import Retry
from chat_studio.events import Event
from chat_studio.providers.base import Provider, Stream
from chat_studio.providers.values import ChatRequest, Endpoint


class Engine:
    """Composes the wrappers around a provider; `retry` None turns retries off.

    Tools are not run: a call that the model asks for is an event like others, and the answer ends after it.
    """

    def __init__(self, retry: Retry | None = None) -> None:
        self._retry = retry

    def answer(self, provider: Provider, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """The events of one answer, ending with `Finished`. Raises EndpointError; closing it aborts the request."""
        stream: Stream = provider.stream
        if self._retry is not None and not is_local(provider.endpoint):
            stream = self._retry(stream)
        return stream(request)


def is_local(endpoint: Endpoint) -> bool:
    """Whether the server is the user's own: a slow prefill there is no failure, and repeating it makes it slower."""
    host = urlsplit(endpoint.base_url).hostname or ""
    if endpoint.is_local or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
