"""A conversation that is open: its messages, and the turn that runs in it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chat_studio.chat.changes import (
    BranchChanged,
    Change,
    ConversationChanged,
    JournalFailed,
    MessageAdded,
    MessageChanged,
    RunningChanged,
)
from chat_studio.chat.context import messages_for
from chat_studio.chat.engine import Engine
from chat_studio.chat.listeners import Listeners
from chat_studio.chat.titles import title_of
from chat_studio.chat.turn import ProviderSource, Turn
from chat_studio.errors import StorageError
from chat_studio.history.journal import mended
from chat_studio.history.records import ConversationRecord, MessageRecord, MessageState
from chat_studio.history.rows import now
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Message, Part, Role, TextPart
from chat_studio.parameters import Parameters
from chat_studio.providers.values import ChatRequest

Listener = Callable[[Change], None]

PLAIN = Parameters()
"""Nothing set: the connection decides, then the server."""


class Session:
    """One open conversation. Its turns run in tasks of their own, whoever looks at them.

    Listeners are called in the order in which things happen, in the loop's thread. A new conversation is stored with
    its first question, not before.
    """

    def __init__(
        self,
        conversation: ConversationRecord,
        records: Sequence[MessageRecord],
        *,
        stored: bool,
        history: HistoryStore,
        providers: ProviderSource,
        engine: Engine,
    ) -> None:
        self._conversation = conversation
        self._records = list(records)
        self._stored = stored
        self._history = history
        self._providers = providers
        self._engine = engine
        self._listeners = Listeners[Change]()
        self._turn: Turn | None = None
        self._task: asyncio.Task[None] | None = None
        self._unstored: list[MessageRecord] = []

    @property
    def conversation(self) -> ConversationRecord:
        return self._conversation

    @property
    def records(self) -> tuple[MessageRecord, ...]:
        """The branch that is shown, root to leaf; a running answer has what came so far."""
        turn = self._turn
        return tuple(turn.record if turn and record.id == turn.id else record for record in self._records)

    @property
    def running(self) -> bool:
        return self._turn is not None

    @property
    def unfinished(self) -> bool:
        """Whether a turn runs, or an answer of one could not be stored so far."""
        return self.running or bool(self._unstored)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with every change from now on, until the returned function is called."""
        return self._listeners.add(listener)

    async def send(
        self,
        content: str | Sequence[Part],
        *,
        connection_id: str,
        model: str = "",
        parameters: Parameters = PLAIN,
        system: str = "",
    ) -> None:
        """Asks a question; returns when it is stored and the turn runs.

        Raises StorageError, before anything is shown, when it cannot be stored; RuntimeError while a turn runs.
        """
        parts = (TextPart(text=mended(content)),) if isinstance(content, str) else tuple(content)
        parent = self._records[-1].id if self._records else None
        question = self._message(Role.USER, parent, parts=parts)
        answer = self._answer_to(question, connection_id, model)
        branch = (*self._records, question)
        await self._ask(_Ask((question, answer), branch, system, parameters))

    async def regenerate(
        self,
        message_id: str,
        *,
        connection_id: str,
        model: str = "",
        parameters: Parameters = PLAIN,
        system: str = "",
    ) -> None:
        """Asks for another answer beside the one of this id (or: under the question of this id), which stays stored.

        Raises as `send`, and LookupError for a message that is not in the branch shown.
        """
        position = next((number for number, record in enumerate(self._records) if record.id == message_id), None)
        if position is None:
            raise LookupError(f"no message {message_id} in this branch")
        is_answer = self._records[position].message.role is Role.ASSISTANT
        branch = tuple(self._records[: position if is_answer else position + 1])
        answer = self._answer_to(branch[-1], connection_id, model)
        await self._ask(_Ask((answer,), branch, system, parameters))

    def stop(self) -> None:
        """Ends the running answer, if there is one; what has come of it stays."""
        if self._turn is not None:
            self._turn.stop()

    async def wait(self) -> None:
        """Returns when no turn runs."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def aclose(self) -> None:
        """Ends a running answer because the program ends, and stores what could not be stored so far.

        Raises StorageError when it still cannot.
        """
        if self._turn is not None:
            self._turn.interrupt()
        await self.wait()
        await self._store_again()

    async def _ask(self, ask: _Ask) -> None:
        if self._turn is not None:
            raise RuntimeError("a turn already runs in this conversation")
        turn = Turn(ask.answer, history=self._history, providers=self._providers, engine=self._engine, tell=self._tell)
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turn = turn
        self._task = asyncio.create_task(self._run(turn, ask, begun), name=f"turn {ask.answer.id}")
        # whoever asked may go away; the turn does not
        await asyncio.shield(begun)

    async def _run(self, turn: Turn, ask: _Ask, begun: asyncio.Future[None]) -> None:
        try:
            try:
                await self._store(ask)
            except StorageError as error:
                begun.set_exception(error)
                return
            begun.set_result(None)
            self._show(ask)
            await self._settle(await turn.run(ask.request))
        finally:
            begun.cancel()
            self._turn = None
        self._tell(RunningChanged(running=False))

    async def _store(self, ask: _Ask) -> None:
        await self._store_again()
        creating = None
        if not self._conversation.title:
            titled = replace(self._conversation, title=title_of(ask.branch[0].message))
            if self._stored:
                await self._history.retitle(titled.id, titled.title, "question")
            else:
                creating = titled
        self._conversation = await self._history.append(*ask.new, creating=creating)
        self._stored = True

    async def _store_again(self) -> None:
        while self._unstored:
            self._conversation = await self._history.finish(self._unstored[0])
            del self._unstored[0]

    def _show(self, ask: _Ask) -> None:
        grows = len(ask.branch) >= len(self._records)
        self._records = [*ask.branch, ask.answer]
        if grows:
            for record in ask.new:
                self._tell(MessageAdded(record))
        else:
            self._tell(BranchChanged(tuple(self._records)))
        self._tell(ConversationChanged(self._conversation))
        self._tell(RunningChanged(running=True))

    async def _settle(self, answer: MessageRecord) -> None:
        self._records[-1] = answer
        try:
            self._conversation = await self._history.finish(answer)
        except StorageError as error:
            self._unstored.append(answer)
            self._tell(JournalFailed(error))
        self._tell(MessageChanged(answer))
        self._tell(ConversationChanged(self._conversation))

    def _answer_to(self, question: MessageRecord, connection_id: str, model: str) -> MessageRecord:
        answer = self._message(Role.ASSISTANT, question.id)
        return replace(answer, state=MessageState.STREAMING, connection_id=connection_id, model=model)

    def _message(self, role: Role, parent_id: str | None, parts: tuple[Part, ...] = ()) -> MessageRecord:
        message = Message(role=role, parts=parts)
        return MessageRecord(uuid.uuid4().hex, self._conversation.id, parent_id, message, now())

    def _tell(self, change: Change) -> None:
        self._listeners.tell(change)


@dataclass(frozen=True)
class _Ask:
    """What a turn begins with: `new` messages, the last of them the empty answer, under the end of `branch`."""

    new: tuple[MessageRecord, ...]
    branch: tuple[MessageRecord, ...]
    system: str
    parameters: Parameters

    @property
    def answer(self) -> MessageRecord:
        return self.new[-1]

    @property
    def request(self) -> ChatRequest:
        return ChatRequest(messages_for(self.branch, self.system), self.answer.model, self.parameters)
