"""A conversation that is open: its messages, and the turn that runs in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from chat_studio.chat.asking import Ask, new_answer, new_message
from chat_studio.chat.changes import (
    BranchChanged,
    Change,
    ConversationChanged,
    JournalFailed,
    MessageAdded,
    MessageChanged,
    QueueChanged,
    RunningChanged,
)
from chat_studio.chat.details import Details
from chat_studio.chat.engine import Engine
from chat_studio.chat.keeping import Keeper
from chat_studio.chat.line import Line
from chat_studio.chat.listeners import Listeners
from chat_studio.chat.titles import title_of
from chat_studio.chat.turn import ProviderSource, Turn
from chat_studio.errors import StorageError
from chat_studio.history.branch import Branch
from chat_studio.history.desks import Queue
from chat_studio.history.journal import mended
from chat_studio.history.messages import Opened
from chat_studio.history.records import ConversationRecord, MessageRecord, MessageState, TitleBy
from chat_studio.messages import Part, Role, TextPart
from chat_studio.parameters import ConversationSettings
from chat_studio.providers.values import ChatRequest

Listener = Callable[[Change], None]
Content = str | Sequence[Part]

LONG = 200
"""Messages of a conversation whose records are made in a thread: each takes some 15 µs."""


class Session:
    """One open conversation. Its turns run in tasks of their own, whoever looks at them.

    Listeners are called in the order in which things happen, in the loop's thread. A new conversation is stored with
    its first question, not before. Nothing is ever overwritten: what is edited or answered again gets a version beside
    it. What changes the branch raises RuntimeError while a turn runs, and LookupError for a message that it does not
    show; all raise StorageError, and nothing has changed then.

    Questions go to the conversation's connection and model, unless a call names others, which are the conversation's
    own from then on.
    """

    def __init__(
        self,
        opened: Opened,
        *,
        stored: bool,
        temporary: bool,
        keeper: Keeper,
        providers: ProviderSource,
        engine: Engine,
    ) -> None:
        self._line = Line(opened.tree, opened.branch)
        self._queue = opened.desk.queue
        self._keeper = keeper
        self._providers = providers
        self._engine = engine
        self._listeners = Listeners[Change]()
        self._details = Details(opened.conversation, keeper, self._tell, is_stored=stored)
        self._changing = asyncio.Lock()  # what changes the branch is stored and shown before the next is thought of
        self._turn: Turn | None = None
        self._task: asyncio.Task[None] | None = None
        self._unstored: list[MessageRecord] = []
        self._sends_queue = True
        self.temporary = temporary
        """Whether nothing of the conversation is ever stored."""
        self.desk = opened.desk
        """What lay ready in the conversation when it was opened."""

    @property
    def conversation(self) -> ConversationRecord:
        return self._details.record

    @property
    def records(self) -> Branch:
        """The branch that is shown, root to leaf; a running answer has what came so far."""
        return self._line.with_running(self._turn.record if self._turn is not None else None)

    @property
    def running(self) -> bool:
        return self._turn is not None

    @property
    def queue(self) -> Queue:
        """Questions that are sent one by one when an answer has come whole; after a stop or a failure they wait."""
        return self._queue

    @property
    def unfinished(self) -> bool:
        """Whether a turn runs, an answer of one could not be stored so far, or nothing but this session keeps it."""
        return self.running or bool(self._unstored) or (self.temporary and bool(self._line.branch))

    def has(self, message_id: str) -> bool:
        """Whether a message is in the conversation, in whatever branch."""
        return message_id in self._line

    def versions(self, message_id: str) -> tuple[str, ...]:
        """The ids of a message and of those that took its place, the oldest first."""
        return self._line.versions(message_id)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with every change from now on, until the returned function is called."""
        return self._listeners.add(listener)

    # -- asking ------------------------------------------------------------------------------------------

    async def send(self, content: Content, *, connection_id: str = "", model: str = "") -> None:
        """Asks a question; returns when it is stored and the turn runs."""
        async with self._changing:
            await self._ask_under(self._line.branch.copy(), self._line.last_id, content, connection_id, model)

    async def edit(self, message_id: str, content: Content, *, connection_id: str = "", model: str = "") -> None:
        """Puts another version beside a message: a question is asked, an answer is just stored."""
        async with self._changing:
            position, record = self._line.find(message_id)
            if record.message.role is Role.USER:
                await self._ask_under(self._line.branch[:position], record.parent_id, content, connection_id, model)
            else:
                await self._put_beside(position, record, _parts(content))

    async def _put_beside(self, position: int, record: MessageRecord, parts: tuple[Part, ...]) -> None:
        self._refuse_while_running()
        version = new_message(self.conversation, record.message.role, record.parent_id, parts)
        version = replace(version, connection_name=record.connection_name, model=record.model)
        self._details.take(await self._keeper.append(version))
        self._line.learn(version)
        self._line.branch = Branch([*self._line.branch[:position], version])
        self._tell_branch()

    async def regenerate(self, message_id: str, *, connection_id: str = "", model: str = "") -> None:
        """Asks for another answer beside the one of this id (or: under the question of this id), which stays stored."""
        async with self._changing:
            position, record = self._line.find(message_id)
            is_answer = record.message.role is Role.ASSISTANT
            parent_id = record.parent_id if is_answer else record.id
            answer = new_answer(self.conversation, parent_id, *self._route(connection_id, model))
            await self._ask(Ask((answer,), self._line.branch[: position if is_answer else position + 1]))

    async def go_on(self, answer_id: str, *, connection_id: str = "", model: str = "") -> None:
        """Asks for the rest of an answer that was cut short; what came of it begins the new version."""
        async with self._changing:
            position, record = self._line.find(answer_id)
            if not connection_id and record.connection_id != self.conversation.connection_id:
                connection_id, model = record.connection_id, record.model
            route = self._route(connection_id, model)
            answer = new_answer(self.conversation, record.parent_id, *route, record.message.parts)
            await self._ask(Ask((answer,), self._line.branch[: position + 1], goes_on=True))

    def stop(self) -> None:
        """Ends the running answer, if there is one; what has come of it stays, and the queue waits."""
        if self._turn is not None:
            self._turn.stop()

    async def wait(self) -> None:
        """Returns when no turn runs."""
        while self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    async def aclose(self) -> None:
        """Ends a running answer because the program ends, and stores what could not be stored so far.

        Raises StorageError when it still cannot.
        """
        self.hold_queue()
        if self._turn is not None:
            self._turn.interrupt()
        await self.wait()
        await self._store_again()

    # -- the queue ---------------------------------------------------------------------------------------

    async def put_queue(self, queue: Queue) -> None:
        """Replaces the questions that wait. The first one is sent at once when nothing runs and nothing waited."""
        starts = not self._queue and not self.running
        before = self._queue
        self._set_queue(queue)
        try:
            if starts and queue:
                await self.send_next()
            elif self._details.is_stored:
                await self._keeper.put_queue(self.conversation.id, queue)
        except StorageError:
            if self._queue == queue:  # nothing of it was sent meanwhile
                self._set_queue(before)
            raise

    async def send_next(self) -> None:
        """Sends the first question of the queue now; it leaves the queue when it is stored."""
        async with self._changing:
            if not self._queue or self.running:
                return
            question, self._queue = self._queue[0], self._queue[1:]
            try:
                await self._ask_under(self._line.branch.copy(), self._line.last_id, question, "", "", queued=True)
            except StorageError:
                self._queue = (question, *self._queue)
                raise
            self._tell(QueueChanged(self._queue))

    def _set_queue(self, queue: Queue) -> None:
        self._queue = queue
        self._tell(QueueChanged(queue))

    def hold_queue(self) -> None:
        """From now on the questions that wait are sent by `send_next` only."""
        self._sends_queue = False

    # -- the branch --------------------------------------------------------------------------------------

    async def show_version(self, message_id: str) -> None:
        """Shows the branch of another version of a message, to where it was written last."""
        async with self._changing:
            self._refuse_while_running()
            leaf = self._line.leaf_under(message_id)
            await self._show_leaf(await self._keeper.set_leaf(self.conversation.id, leaf))

    async def delete_message(self, message_id: str) -> None:
        """Takes one message away; what was said below it stays. The last one gives way to another version of it."""
        await self._mark(message_id, deleted=True)

    async def restore_message(self, message_id: str) -> None:
        """Brings a deleted message back."""
        await self._mark(message_id, deleted=False)

    async def _mark(self, message_id: str, *, deleted: bool) -> None:
        async with self._changing:
            self._refuse_while_running()
            name, before = self.conversation.id, self.conversation.leaf_id
            leaf = self._line.mark(message_id, deleted=deleted, leaf_id=before)
            try:
                stored = await self._keeper.mark_deleted(name, message_id, deleted=deleted, leaf_id=leaf)
            except StorageError:
                self._line.mark(message_id, deleted=not deleted, leaf_id=before)
                raise
            await self._show_leaf(stored)

    async def _show_leaf(self, conversation: ConversationRecord) -> None:
        self._details.take(conversation)
        self._line.branch = await self._keeper.branch_to(conversation.id, conversation.leaf_id)
        self._tell_branch()

    # -- the conversation --------------------------------------------------------------------------------

    async def set_route(self, connection_id: str, model: str) -> None:
        """Where the next questions go."""
        await self._details.set_route(connection_id, model)

    async def set_settings(self, settings: ConversationSettings) -> None:
        """The system prompt and the parameters of the next questions."""
        await self._details.set_settings(settings)

    async def retitle(self, title: str, by: TitleBy) -> None:
        """Names the conversation; what the user named keeps its name, unless it is the user again."""
        await self._details.retitle(title, by)

    def learn(self, stored: ConversationRecord) -> None:
        """Takes over where the conversation is kept: folder, tags, pin, archive. Others change it in the history."""
        self._details.learn(stored)

    # -- turns -------------------------------------------------------------------------------------------

    async def _ask_under(
        self,
        branch: Branch,
        parent_id: str | None,
        content: Content,
        connection_id: str,
        model: str,
        *,
        queued: bool = False,
    ) -> None:
        question = new_message(self.conversation, Role.USER, parent_id, _parts(content))
        branch.append(question)
        answer = new_answer(self.conversation, question.id, *self._route(connection_id, model))
        await self._ask(Ask((question, answer), branch, queued=queued))

    async def _ask(self, ask: Ask) -> None:
        self._refuse_while_running()
        turn = Turn(ask.answer, history=self._keeper, providers=self._providers, engine=self._engine, tell=self._tell)
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turn = turn
        self._task = asyncio.create_task(self._run(turn, ask, begun), name=f"turn {ask.answer.id}")
        # whoever asked may go away; the turn does not
        await asyncio.shield(begun)

    async def _run(self, turn: Turn, ask: Ask, begun: asyncio.Future[None]) -> None:
        try:
            try:
                request = await self._request(ask)
                await self._store(ask)
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                begun.set_exception(error)
                return
            begun.set_result(None)
            self._show(ask)
            await self._settle(await turn.run(request))
        finally:
            begun.cancel()
            self._turn = None
        self._tell(RunningChanged(running=False))
        if turn.record.state is MessageState.DONE and self._queue and self._sends_queue:
            await self._go_to_next()

    async def _request(self, ask: Ask) -> ChatRequest:
        settings = self.conversation.settings
        is_long = len(ask.branch) > LONG
        asked = await asyncio.to_thread(ask.messages, settings.system) if is_long else ask.messages(settings.system)
        messages = await self._keeper.filled(asked)
        return ChatRequest(messages, ask.answer.model, settings.parameters)

    async def _go_to_next(self) -> None:
        try:
            await self.send_next()
        except StorageError as error:
            self._tell(JournalFailed(error))

    async def _store(self, ask: Ask) -> None:
        await self._store_again()
        creating = None
        title = self.conversation.title or title_of(ask.branch[len(ask.branch) - 1].message)
        if not self._details.is_stored:
            creating = replace(self.conversation, title=title)
        elif title != self.conversation.title:
            await self.retitle(title, "question")
        queue = self._queue if ask.queued else None
        self._details.take(await self._keeper.append(*ask.new, creating=creating, queue=queue))
        self._line.learn(*ask.new)

    async def _store_again(self) -> None:
        while self._unstored:
            self._details.take(await self._keeper.finish(self._unstored[0]))
            del self._unstored[0]

    def _show(self, ask: Ask) -> None:
        grows = len(ask.shown) == len(self._line.branch) + len(ask.new)
        self._line.branch = ask.shown
        if grows:
            for record in ask.new:
                self._tell(MessageAdded(record))
            self._tell(ConversationChanged(self.conversation))
        else:
            self._tell_branch()
        self._tell(RunningChanged(running=True))

    def _tell_branch(self) -> None:
        self._tell(BranchChanged(self.records))
        self._tell(ConversationChanged(self.conversation))

    async def _settle(self, answer: MessageRecord) -> None:
        self._line.branch.put(len(self._line.branch) - 1, answer)
        try:
            self._details.take(await self._keeper.finish(answer))
        except StorageError as error:
            self._unstored.append(answer)
            self._tell(JournalFailed(error))
        self._tell(MessageChanged(answer))
        self._tell(ConversationChanged(self.conversation))

    def _route(self, connection_id: str, model: str) -> tuple[str, str]:
        if connection_id:
            return connection_id, model
        return self.conversation.connection_id, model or self.conversation.model

    def _refuse_while_running(self) -> None:
        if self._turn is not None:
            raise RuntimeError("a turn already runs in this conversation")

    def _tell(self, change: Change) -> None:
        self._listeners.tell(change)


def _parts(content: Content) -> tuple[Part, ...]:
    return (TextPart(text=mended(content)),) if isinstance(content, str) else tuple(content)
