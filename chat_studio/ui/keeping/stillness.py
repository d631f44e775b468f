"""The moment in which nothing is written: before the history under the window is another one."""

from __future__ import annotations

from chat_studio.chat.sessions import Sessions
from chat_studio.ui.composing.drafts import Drafts


class Stillness:
    """Knows what goes on, and ends it so that the window could go on as well."""

    def __init__(self, sessions: Sessions, drafts: Drafts) -> None:
        self._sessions = sessions
        self._drafts = drafts

    @property
    def running(self) -> int:
        """Answers that are coming."""
        return len(self._sessions.running_ids())

    @property
    def temporary(self) -> int:
        """Conversations that are kept nowhere."""
        return len(self._sessions.temporary())

    async def come(self) -> None:
        """Stops all answers, and stores what has come and what is typed. Raises StorageError."""
        for conversation_id in self._sessions.running_ids():
            session = self._sessions.live(conversation_id)
            if session is not None:
                session.stop()
                await session.wait()
        await self._drafts.flush()
