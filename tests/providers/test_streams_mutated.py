"""Damaged answers end in an answer or an error of our tree: nothing else is raised, and nothing waits for ever."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Iterable

import pytest
from servers import HANG_UP, Answer, chunked, head, raw, serve
from wire.mutations import cut_up, mutated
from wire.samples import PROVIDERS, SAMPLES, Sample
from wire.talk import ask, endpoint

from chat_studio.errors import EndpointError
from chat_studio.events import Event, Finished, ToolCallReady, UsageReported
from chat_studio.providers._wire.failures import failure

BODIES = tuple(sample.body for sample in SAMPLES if sample.body)
GUARD = 30
"""Seconds after which a request hangs."""


def check(events: list[Event], error: EndpointError | None) -> None:
    """An answer ends once, an error is told; all texts can be written, and calls can be run."""
    ends = [isinstance(event, Finished) for event in events]
    assert ends == ([False] * len(events) if error else [*[False] * (len(events) - 1), True])
    assert error is None or error.message
    for event in events:
        repr(event).encode()
        if isinstance(event, ToolCallReady):
            json.loads(event.call.arguments)
            event.call.model_dump_json()
        if isinstance(event, UsageReported):
            event.usage.model_dump_json()
    if error:
        f"{error.message} {error.hint} {error.detail}".encode()


def decoded(sample: Sample, pieces: Iterable[bytes]) -> tuple[list[Event], EndpointError | None]:
    decoder = sample.decoder()
    events: list[Event] = []
    try:
        for piece in pieces:
            events.extend(decoder.feed(piece))
        events.extend(decoder.close())
    except EndpointError as error:
        return events, error
    return events, None


@pytest.mark.parametrize("seed", range(40))
def test_damaged_streams(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    for _ in range(150):
        sample = chance.choice(SAMPLES)
        body = mutated(chance, sample.body, BODIES)
        check(*decoded(sample, cut_up(chance, body)))
        assert failure(chance.choice((400, 429, 500)), {}, body).message.encode()


@pytest.mark.parametrize("seed", range(6))
async def test_damaged_bodies_of_a_server(seed: int) -> None:
    await ask_for_each(seed, lambda chance, body: chunked(*cut_up(chance, mutated(chance, body, BODIES))))


@pytest.mark.parametrize("seed", range(6))
async def test_damaged_http(seed: int) -> None:
    """Status line, headers and chunk framing are damaged with the rest; then the connection ends."""

    def damaged(chance: random.Random, body: bytes) -> Answer:
        length = {"content-type": "text/event-stream", "content-length": str(len(body))}
        whole = head(200, length) + body
        if chance.random() < 0.5:
            whole = b"".join(step for step in chunked(*cut_up(chance, body), HANG_UP) if isinstance(step, bytes))
        return raw(*cut_up(chance, mutated(chance, whole, BODIES)))

    await ask_for_each(seed, damaged)


async def ask_for_each(seed: int, damage: Callable[[random.Random, bytes], Answer]) -> None:
    """Asks one server for forty damaged answers in a row, each of a kind that it was meant for."""
    chance = random.Random(f"sockets {seed}")  # noqa: S311
    for sample in (chance.choice(SAMPLES) for _ in range(40)):
        async with asyncio.timeout(GUARD), serve(damage(chance, sample.body)) as server:
            events, error = await ask(PROVIDERS[sample.decoder], endpoint(server.url))
        check(events, error)
