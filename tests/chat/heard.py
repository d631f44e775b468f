"""Listening to a session."""

from __future__ import annotations

import asyncio

from chat_studio.chat.changes import Change
from chat_studio.chat.session import Session


class Heard(list[Change]):
    """All changes of a session; `until` waits for one of a type."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._news = asyncio.Event()
        self.unsubscribe = session.subscribe(self._hear)

    def _hear(self, change: Change) -> None:
        self.append(change)
        self._news.set()

    async def until(self, kind: type[Change], count: int = 1) -> None:
        while sum(isinstance(change, kind) for change in self) < count:
            self._news.clear()
            await self._news.wait()

    @property
    def names(self) -> list[str]:
        return [type(change).__name__ for change in self]
