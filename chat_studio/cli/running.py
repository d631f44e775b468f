"""Running a command's asynchronous work."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from chat_studio.studio import Studio

T = TypeVar("T")


def run(studio: Studio, work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` to its end, or to Ctrl+C, and closes the studio after it."""

    async def whole() -> T:
        try:
            return await work
        finally:
            await studio.aclose()

    return asyncio.run(whole())
