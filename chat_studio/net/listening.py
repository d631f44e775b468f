"""Whether anything answers at an address, asked without the weight of an HTTP client."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

PATIENCE = 1.0
"""Seconds; a server on the same computer answers within one millisecond."""
_PORTS = {"http": 80, "https": 443}


async def is_listening(url: str) -> bool:
    """Whether the host and port of `url` take a connection."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or _PORTS.get(parts.scheme, 80))
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
