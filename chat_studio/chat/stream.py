"""What a provider, and everything wrapped around one, looks like to its caller."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager

from chat_studio.events import Event
from chat_studio.providers.base import ChatRequest

Stream = Callable[[ChatRequest], AsyncIterator[Event]]
"""The signature of `Provider.stream`. Wrappers take one and return one, so that they nest."""


@asynccontextmanager
async def opened(events: AsyncIterator[Event]) -> AsyncGenerator[AsyncIterator[Event], None]:
    """Closes `events` at the end of the block, in the task that opened it: what aborts the request."""
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()
