"""Examines a connection step by step, from the name of its host to images, and says which step fails why."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable

from chat_studio.connections import abilities, access, way
from chat_studio.connections.examination import Examination
from chat_studio.connections.model import Connection
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.steps import Outcome, State, Step
from chat_studio.errors import StudioError

__all__ = ["State", "Step", "examine"]

Work = Callable[[Examination], Awaitable[Outcome]]


async def examine(connection: Connection, secrets: Secrets, *, typed_key: str = "") -> AsyncIterator[Step]:
    """Yields each step twice, running and ended; after a failure the others are skipped. Never raises StudioError.

    The connection need not be stored; `typed_key` is one that is not stored yet.
    """
    about = Examination.of(connection, secrets, typed_key)
    failed = False
    try:
        for name, work in _steps(about).items():
            if failed:
                yield Step(name, "skipped")
                continue
            yield Step(name, "running")
            ended = await _timed(name, work, about)
            failed = ended.state == "failed"
            yield ended
    finally:
        await about.aclose()


def _steps(about: Examination) -> dict[str, Work]:
    """The steps in their order, each cheaper than what follows it."""
    return {
        "name": way.resolve,
        "port": way.connect,
        "TLS": way.greet,
        "key": access.check,
        **({"replicas": access.check_replicas} if about.others else {}),
        "models": abilities.list_models,
        "first token": abilities.begin_answer,
        "tools": abilities.call_tool,
        "images": abilities.see_image,
    }


async def _timed(name: str, work: Work, about: Examination) -> Step:
    begin = time.perf_counter()
    try:
        outcome = await work(about)
    except StudioError as error:
        took = time.perf_counter() - begin
        return Step(name, "failed", error.message, took, error.hint, error.detail, error.on(about.connection.name))
    seconds = None if outcome.state == "skipped" else time.perf_counter() - begin
    return Step(name, outcome.state, outcome.summary, seconds, outcome.hint, outcome.detail)
