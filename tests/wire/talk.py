"""Asking a provider over a real socket, or its decoder for bytes, and keeping all that came of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import aclosing
from typing import Any

from chat_studio.errors import EndpointError
from chat_studio.events import Event, ReasoningDelta, TextDelta, ToolCallDelta
from chat_studio.messages import Message, Role
from chat_studio.providers._wire.decoder import Decoder
from chat_studio.providers.base import Provider
from chat_studio.providers.values import ChatRequest, Endpoint

KEY = "sk-proj-NotForAnyonesEyes-0123456789"
QUESTION = ChatRequest((Message.of(Role.USER, "hello"),))

Outcome = tuple[list[Event], type[EndpointError] | None]
"""The events of an answer, joined, and the class of the error that ended it."""


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


async def answer_of(kind: type[Provider], url: str, model: str) -> Outcome:
    """What comes out of the provider's answer. Every error says what to do next."""
    events, error = await ask(kind, endpoint(url, model=model))
    assert error is None or error.hint
    return joined(events), error and type(error)


def decoded(decoder: Decoder, pieces: Iterable[bytes]) -> Outcome:
    """What comes out of an answer in these pieces."""
    events: list[Event] = []
    try:
        for piece in pieces:
            events.extend(decoder.feed(piece))
        events.extend(decoder.close())
    except EndpointError as error:
        return joined(events), type(error)
    return joined(events), None


def assert_silent(error: EndpointError | None, at: Endpoint) -> None:
    """No text of the error, or of what it came from, holds the endpoint's key."""
    assert error is not None
    chain: list[BaseException] = [error]
    while follower := chain[-1].__cause__ or (None if chain[-1].__suppress_context__ else chain[-1].__context__):
        chain.append(follower)
    texts = " ".join(f"{link!r} {link}" for link in chain) + f" {error.hint} {error.detail} {at!r}"
    assert "NotForAnyonesEyes" not in texts
    assert "sk-proj-NotF" not in texts


def joined(events: Iterable[Event]) -> list[Event]:
    """The events, with neighbours of one kind as one: how the text is cut is the server's business."""
    result: list[Event] = []
    for event in events:
        match result[-1] if result else None, event:
            case TextDelta(before), TextDelta(after):
                result[-1] = TextDelta(before + after)
            case ReasoningDelta(before, None), ReasoningDelta(after, None):
                result[-1] = ReasoningDelta(before + after)
            case ToolCallDelta(index, name, before), ToolCallDelta(same, _, after) if same == index:
                result[-1] = ToolCallDelta(index, name, before + after)
            case _:
                result.append(event)
    return result
