"""Work in a thread that has ended when its caller goes on, however that is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

WORK = 0.003
PAUSE = 0.0005
"""Seconds: after so much work a thread pauses so long, or the window's thread waits for Python's lock far longer than
for a frame."""


class Pauses:
    """Is called often by work in a thread that has much of it."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def __call__(self) -> None:
        if time.perf_counter() - self._since > WORK:
            time.sleep(PAUSE)
            self._since = time.perf_counter()


async def in_thread(work: Callable[[], T], stop: Callable[[], None] = lambda: None) -> T:
    """What `work` returns. When the caller is cancelled, `stop` is called, and the work waited for: it uses files that
    are closed or removed next."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop()
        await asyncio.wait([running])
        raise
