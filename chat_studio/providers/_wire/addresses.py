"""The addresses of one service: requests go round, and one that refuses is put aside for a while."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeVar
from urllib.parse import urlsplit

from chat_studio.errors import EndpointError, Overloaded, Unreachable

ASIDE = 30.0
"""Seconds for which an address that refused is asked only if all others refuse too."""

REFUSALS = (Unreachable, Overloaded)

T = TypeVar("T")


class Addresses:
    """Base URLs of replicas, or the one of an ordinary connection. `clock` returns seconds."""

    def __init__(self, addresses: Iterable[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._addresses = list(dict.fromkeys(addresses))
        self._clock = clock
        self._aside: dict[str, float] = {}
        self._next = 0

    @property
    def first(self) -> str:
        return self._addresses[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._addresses)

    def rewrite(self, rule: Callable[[str], str]) -> None:
        """Puts `rule(address)` in the place of each."""
        self._addresses = list(dict.fromkeys(map(rule, self._addresses)))
        self._aside.clear()

    def in_turn(self) -> list[str]:
        """All addresses in the order to try them: another healthy one first each time, those put aside last."""
        count = len(self._addresses)
        begin, self._next = self._next % count, (self._next + 1) % count
        circle = [*self._addresses[begin:], *self._addresses[:begin]]
        now = self._clock()
        aside = {address: until for address, until in self._aside.items() if until > now}
        return sorted(circle, key=lambda address: aside.get(address, 0.0))

    async def ask(
        self, send: Callable[[str], Awaitable[T]], refused: Callable[[str, str, EndpointError], None] | None = None
    ) -> T:
        """What `send` returns for the first address that does not refuse.

        `refused` is told of one that does, and which is tried in its place. Raises the last refusal, and what else
        `send` raises.
        """
        turn = self.in_turn()
        for address, following in zip(turn, [*turn[1:], None], strict=True):
            try:
                answer = await send(address)
            except REFUSALS as error:
                self._aside[address] = self._clock() + ASIDE
                if following is None:
                    raise
                if refused:
                    refused(_place(address), _place(following), error)
            else:
                self._aside.pop(address, None)
                return answer
        raise AssertionError("a service has at least one address")


def _place(address: str) -> str:
    """Host and port, for messages: an address may hold a password."""
    return urlsplit(address).netloc.rpartition("@")[2]
