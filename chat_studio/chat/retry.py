"""Trying a request again that may succeed a little later."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from chat_studio.errors import EndpointError
from chat_studio.events import VISIBLE, Event, Notice
from chat_studio.providers.base import Stream
from chat_studio.providers.values import ChatRequest

RETRIES = 2
LONGEST_RETRY_AFTER = 120.0
"""Seconds that a server may make us wait. (openai-python and anthropic-python have 60.)"""


class Retry:
    """A wrapper that repeats a request, and tells so by a `Notice`, until the user has seen something of the answer.

    `sleep` takes seconds; `chance` returns a number from 0 to 1, which spreads the clients of a busy server.
    """

    def __init__(
        self,
        retries: int = RETRIES,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._retries = retries
        self._sleep = sleep
        self._chance = chance

    def __call__(self, stream: Stream) -> Stream:
        async def retrying(request: ChatRequest) -> AsyncGenerator[Event, None]:
            number = 0
            while True:
                seen = False
                try:
                    async with aclosing(stream(request)) as events:
                        async for event in events:
                            seen = seen or isinstance(event, VISIBLE)
                            yield event
                except EndpointError as error:
                    number += 1
                    if seen or number > self._retries or not error.retryable:
                        raise
                    wait = self._wait(error, number)
                    notice = f"{_words(error)}; trying again in {wait:.2g} s ({number} of {self._retries})"
                else:
                    return
                yield Notice(notice, passing=True)
                await self._sleep(wait)

        return retrying

    def _wait(self, error: EndpointError, number: int) -> float:
        """Seconds before the retry of this number, from 1: what the server asks for, else 0.5, 1, 2 … 8, less a bit."""
        if error.retry_after is not None and 0 < error.retry_after <= LONGEST_RETRY_AFTER:
            return error.retry_after
        growing: float = min(8.0, 0.5 * 2 ** (number - 1))
        return growing * (1 - 0.25 * self._chance())


def _words(error: EndpointError) -> str:
    return _WORDS.get(error.kind, error.message.rstrip("."))


_WORDS = {
    "rate_limited": "Rate limited",
    "overloaded": "The server is overloaded",
    "model_loading": "The server loads the model",
    "server_failed": "The server failed",
    "connection_refused": "The server refused the connection",
    "connect_timed_out": "The server did not answer",
    "stream_interrupted": "The connection was cut",
}
