"""Keeping a running answer on disk, so that a killed program loses no more than its last second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chat_studio.chat.answer import AnswerBuilder
from chat_studio.chat.keeping import Keeper
from chat_studio.errors import StorageError
from chat_studio.history.journal import joined
from chat_studio.history.records import MessageRecord

INTERVAL = 0.5
"""Seconds from the first unwritten piece to its writing; with the writing itself, less than the second promised."""


class AnswerJournal:
    """Writes what an answer gained, one write at a time, never in the way of the stream.

    `record` gives the answer's record as it is now; its parts do not count. Nothing runs while nothing new has come.
    When the disk refuses, `on_failure` hears of it once, and the pieces are tried again together with the next ones.
    """

    def __init__(
        self,
        history: Keeper,
        record: Callable[[], MessageRecord],
        answer: AnswerBuilder,
        on_failure: Callable[[StorageError], None],
        *,
        interval: float = INTERVAL,
    ) -> None:
        self._history = history
        self._record = record
        self._answer = answer
        self._on_failure = on_failure
        self._interval = interval
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None
        self._failed = False
        self._closed = False

    def touch(self) -> None:
        """Something may have come: it will be written soon."""
        if self._timer is None and self._writing is None and self._answer.has_unjournalled and not self._closed:
            self._timer = asyncio.get_running_loop().call_later(self._interval, self._begin)

    async def aclose(self) -> None:
        """Writes no more; a write that was begun is waited for."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._writing is not None:
            await asyncio.wait({self._writing})

    def _begin(self) -> None:
        self._timer = None
        self._writing = asyncio.create_task(self._write(), name=f"journal of {self._record().id}")

    async def _write(self) -> None:
        pieces = self._answer.unjournalled()
        try:
            await self._history.journal(self._record(), joined(pieces))
            self._answer.mark_journalled(len(pieces))
        except StorageError as error:
            if not self._failed:
                self._failed = True
                self._on_failure(error)
        finally:
            self._writing = None
        self.touch()
