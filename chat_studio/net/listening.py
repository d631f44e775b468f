"""Whether anything answers at an address, asked without the weight of an HTTP client."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address
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


def is_loopback(host: str) -> bool:
    """Whether a host, by its name alone, is this computer as only itself can reach it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_own_address(address: str) -> bool:
    """Whether an IP address is one of this computer's: only to those can a socket be bound. Nothing is sent."""
    try:
        family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as own:
            own.bind((address, 0))
    except (OSError, ValueError):
        return False
    return True
