"""All conversations that are open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary, ref

from chat_studio.chat.changes import Change, RunningChanged
from chat_studio.chat.engine import Engine
from chat_studio.chat.keeping import Keeper, Nowhere
from chat_studio.chat.listeners import Listeners
from chat_studio.chat.session import Session
from chat_studio.chat.turn import ProviderSource
from chat_studio.errors import StorageError
from chat_studio.history import conversations
from chat_studio.history.messages import Opened
from chat_studio.history.records import ConversationRecord
from chat_studio.history.store import HistoryStore
from chat_studio.parameters import NOTHING_SET, ConversationSettings

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
        """The session of a conversation. Raises StorageError, ConversationNotFound among them."""
        live = self._live.get(conversation_id)
        if live is not None:
            return live
        opened = await self._history.open(conversation_id)
        # somebody else may have opened it in the meantime
        return self._live.get(conversation_id) or self._session(opened, self._history, stored=True)

    def live(self, conversation_id: str) -> Session | None:
        """The session of a conversation, if somebody has it open."""
        return self._live.get(conversation_id)

    async def new(
        self,
        connection_id: str,
        model: str = "",
        *,
        settings: ConversationSettings = NOTHING_SET,
        folder_id: str = "",
        temporary: bool = False,
    ) -> Session:
        """A session without messages, which is stored with its first question; a temporary one never is."""
        conversation = replace(conversations.new(connection_id, model), settings=settings, folder_id=folder_id)
        keeper = Nowhere(conversation) if temporary else self._history
        return self._session(Opened(conversation), keeper, stored=False, temporary=temporary)

    async def branch_off(self, session: Session, message_id: str) -> ConversationRecord:
        """Stores a new conversation with copies of the messages up to one of a stored session's."""
        source = session.conversation
        copy = conversations.new(source.connection_id, source.model, f"{source.title} (branch)")
        copy = replace(copy, title_by="user", settings=source.settings, folder_id=source.folder_id, tags=source.tags)
        return await self._history.copy_branch(message_id, copy)

    def temporary(self) -> list[ConversationRecord]:
        """The temporary conversations that have messages; they last until they are forgotten, or the program ends."""
        return [session.conversation for session in self._live.values() if session.temporary and session.records]

    async def forget(self, conversation_id: str) -> None:
        """Ends a temporary conversation for good."""
        session = self._held.get(conversation_id)
        if session is not None and session.temporary:
            session.stop()
            await session.wait()
            self._held.pop(conversation_id, None)
            self._live.pop(conversation_id, None)

    def let_go(self) -> None:
        """What is stored was changed past the sessions: the next `open` of each reads it anew, but for unfinished
        ones."""
        for name in set(self._live) - set(self._held):
            self._live.pop(name, None)

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

    def _session(self, opened: Opened, keeper: Keeper, *, stored: bool, temporary: bool = False) -> Session:
        session = Session(
            opened,
            stored=stored,
            temporary=temporary,
            keeper=keeper,
            providers=self._providers,
            engine=self._engine,
        )
        conversation = opened.conversation
        session.subscribe(partial(self._heard, ref(session)))
        self._live[conversation.id] = session
        return session

    def _heard(self, told: ref[Session], change: Change) -> None:
        session = told()
        if session is None:
            return
        if isinstance(change, RunningChanged):
            self._hold(session)
        self._listeners.tell(session.conversation.id, change)

    def _hold(self, session: Session) -> None:
        """One that has work is the live one, even if it was let go before."""
        name = session.conversation.id
        if session.unfinished:
            self._live[name] = self._held[name] = session
        elif self._held.get(name) is session:
            del self._held[name]


async def _close(session: Session) -> None:
    try:
        await session.aclose()
    except StorageError as error:
        log.error("An answer could not be stored: %s %s", error.message, error.detail)  # noqa: TRY400
