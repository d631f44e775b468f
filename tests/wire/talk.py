"""Asking a provider over a real socket, and keeping all that came of it."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

from chat_studio.errors import EndpointError
from chat_studio.events import Event
from chat_studio.messages import Message, Role
from chat_studio.providers.base import ChatRequest, Endpoint, Provider

KEY = "sk-proj-NotForAnyonesEyes-0123456789"
QUESTION = ChatRequest((Message.of(Role.USER, "hello"),))


def endpoint(url: str, **fields: Any) -> Endpoint:
    """An endpoint named “Test” with a model and a key, unless told otherwise."""
    return Endpoint(**{"name": "Test", "base_url": url, "model": "m", "api_key": KEY, "timeout": 30.0, **fields})


async def ask(
    kind: type[Provider], at: Endpoint, request: ChatRequest = QUESTION
) -> tuple[list[Event], EndpointError | None]:
    """The events of an answer, and the error that ended it, if one did."""
    provider = kind(at)
    events: list[Event] = []
    try:
        async with aclosing(provider.stream(request)) as stream:
            async for event in stream:
                events.append(event)  # noqa: PERF401 - what came before an error must be kept
    except EndpointError as error:
        return events, error
    finally:
        await provider.aclose()
    return events, None
