"""All conversations that are open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from weakref import WeakValueDictionary

from chat_studio.chat.changes import Change, RunningChanged
from chat_studio.chat.engine import Engine
from chat_studio.chat.listeners import Listeners
from chat_studio.chat.session import Session
from chat_studio.chat.turn import ProviderSource
from chat_studio.errors import StorageError
from chat_studio.history import conversations
from chat_studio.history.records import ConversationRecord, MessageRecord
from chat_studio.history.store import HistoryStore

log = logging.getLogger(__name__)

Listener = Callable[[str, Change], None]

CLOSING_SECONDS = 5.0
"""How long the end of the program waits for running answers to be stored."""


class Sessions:
    """Hands out one live `Session` for each conversation.

    A session lives while somebody holds it, while its turn runs, and while it has something that could not be stored.
    """

    def __init__(self, history: HistoryStore, providers: ProviderSource, engine: Engine) -> None:
        self._history = history
        self._providers = providers
        self._engine = engine
        self._live: WeakValueDictionary[str, Session] = WeakValueDictionary()
        self._held: dict[str, Session] = {}
        self._listeners = Listeners[str, Change]()

    async def open(self, conversation_id: str) -> Session:
        """The session of a stored conversation. Raises StorageError, ConversationNotFound among them."""
        live = self._live.get(conversation_id)
        if live is not None:
            return live
        conversation = await self._history.conversation(conversation_id)
        records = await self._history.thread(conversation_id)
        # somebody else may have opened it in the meantime
        return self._live.get(conversation_id) or self._session(conversation, records, stored=True)

    async def new(self, connection_id: str, model: str = "") -> Session:
        """A session without messages, which is stored with its first question."""
        return self._session(conversations.new(connection_id, model), [], stored=False)

    def running_ids(self) -> frozenset[str]:
        """The conversations in which an answer is on its way."""
        return frozenset(name for name, session in self._live.items() if session.running)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with every change of every session, until the returned function is called."""
        return self._listeners.add(listener)

    async def aclose(self, limit: float = CLOSING_SECONDS) -> None:
        """Ends all turns, and waits at most `limit` seconds until what had come is stored."""
        closing = [asyncio.create_task(_close(session)) for session in self._live.values()]
        if closing:
            _, late = await asyncio.wait(closing, timeout=limit)
            for task in late:
                task.cancel()
                log.warning("A conversation was not stored within %s s", limit)

    def _session(self, conversation: ConversationRecord, records: Sequence[MessageRecord], *, stored: bool) -> Session:
        session = Session(
            conversation,
            records,
            stored=stored,
            history=self._history,
            providers=self._providers,
            engine=self._engine,
        )
        session.subscribe(partial(self._heard, conversation.id))
        self._live[conversation.id] = session
        return session

    def _heard(self, conversation_id: str, change: Change) -> None:
        if isinstance(change, RunningChanged):
            self._hold(conversation_id)
        self._listeners.tell(conversation_id, change)

    def _hold(self, conversation_id: str) -> None:
        session = self._live.get(conversation_id)
        if session is not None and session.unfinished:
            self._held[conversation_id] = session
        else:
            self._held.pop(conversation_id, None)


async def _close(session: Session) -> None:
    try:
        await session.aclose()
    except StorageError as error:
        log.error("An answer could not be stored: %s %s", error.message, error.detail)  # noqa: TRY400
