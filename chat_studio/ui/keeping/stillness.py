"""The moment in which nothing is read or written: before the history under the window is another one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from chat_studio.chat.sessions import Sessions
from chat_studio.ui.composing.drafts import Drafts
from chat_studio.ui.keeping.daily import Daily


class Stillness:
    """Knows what goes on, and ends it so that the window can go on as well."""

    def __init__(
        self, sessions: Sessions, drafts: Drafts, daily: Daily, exchanges: Sequence[Callable[[], Awaitable[None]]]
    ) -> None:
        """`exchanges` end exports and imports."""
        self._sessions = sessions
        self._drafts = drafts
        self._daily = daily
        self._exchanges = exchanges

    @property
    def running(self) -> int:
        """Answers that are coming."""
        return len(self._sessions.running_ids())

    @property
    def temporary(self) -> int:
        """Conversations that are kept nowhere."""
        return len(self._sessions.temporary())

    async def come(self) -> None:
        """Stops all answers and other work, and stores what has come and what is typed. Raises StorageError."""
        await self._daily.stop()
        for stop in self._exchanges:
            await stop()
        for conversation_id in self._sessions.running_ids():
            session = self._sessions.live(conversation_id)
            if session is not None:
                session.stop()
                await session.wait()
        await self._drafts.flush()

    def end(self) -> None:
        """Nothing became of it: the window goes on as it was."""
        self._daily.start()
