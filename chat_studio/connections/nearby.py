"""Programs on this computer that take connections at a port where model servers usually listen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chat_studio.connections.recognition import usual_ports
from chat_studio.net.listening import is_listening


@dataclass(frozen=True)
class Nearby:
    """Where something listens, and the names of those that usually do. What it really is has not been asked."""

    url: str
    names: tuple[str, ...]


async def nearby_servers(ports: Mapping[int, Sequence[str]] | None = None) -> list[Nearby]:
    """Those of this computer, by their ports; nothing is sent.

    `ports` are the usual ones, with the names of those that have them.
    """
    usual = ports if ports is not None else await asyncio.to_thread(usual_ports)  # imports the kinds
    found = [Nearby(f"http://127.0.0.1:{port}", tuple(names)) for port, names in sorted(usual.items())]
    listening = await asyncio.gather(*(is_listening(one.url) for one in found))
    return [one for one, listens in zip(found, listening, strict=True) if listens]
