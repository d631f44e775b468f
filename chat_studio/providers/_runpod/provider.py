"""Asking RunPod's queues, whose workers may have to be started first."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from chat_studio.errors import EndpointError, WrongAddress
from chat_studio.events import Event, Notice
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._runpod.addresses import is_queue
from chat_studio.providers._runpod.advice import PROXY_LIMIT
from chat_studio.providers._runpod.workers import summary, waiting
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import ChatRequest, Endpoint, ServerInfo

_IDLE = 5.0
"""Seconds after an answer before a worker is stopped, unless the endpoint says otherwise (RunPod's documentation)."""

_HEALTH_PATIENCE = 5.0
"""Seconds that a question waits at most for news of the workers."""


class QueueProvider(ChatCompletionsProvider):
    """Chat completions, which a queue may stand before."""

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._answered = -_IDLE

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Says first that a worker has to be started, for then nothing comes for minutes.

        Not of several queues, of which nobody knows which one will answer.
        """
        is_cold = time.monotonic() - self._answered > _IDLE
        if is_queue(self.base_url) and is_cold and not self.endpoint.urls and (news := await self._news()):
            yield Notice(news, passing=True)
        async with aclosing(super().stream(request)) as events:
            async for event in events:
                yield event
        self._answered = time.monotonic()

    async def check(self) -> ServerInfo:
        """Of a queue its workers, for a list of models would start one."""
        if is_queue(self.base_url):
            with self.explaining(), suppress(WrongAddress):  # a gateway in front of it may offer the API alone
                return ServerInfo(note=summary(json_values.mapping(await self.fetch("GET", "/health"))))
        return await super().check()

    def explain(self, error: EndpointError) -> EndpointError:
        if error.status == PROXY_LIMIT:
            error.retryable = False  # the same request would take as long again
        return super().explain(error)

    async def _news(self) -> str:
        try:
            return waiting(json_values.mapping(await self.fetch("GET", "/health", patience=_HEALTH_PATIENCE)))
        except EndpointError:
            return ""  # the question itself will say what is wrong
