"""The queue of the conversation that is shown: what the user does to it, in the order of the clicks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from chat_studio.errors import StudioError
from chat_studio.history.desks import Queue
from chat_studio.messages import Part
from chat_studio.ui.aio import spawn
from chat_studio.ui.composing.composer import Composer
from chat_studio.ui.composing.parts import written_of
from chat_studio.ui.composing.queue_list import QueueList
from chat_studio.ui.notices import Notices

if TYPE_CHECKING:
    from chat_studio.chat.session import Session
    from chat_studio.ui.chat import Chat

Question = tuple[Part, ...]
Step = Callable[["Session", Question], Awaitable[None]]


class Waiting(QObject):
    """Between the list of questions that wait and their session. A question may leave the queue at any moment to be
    asked, so each step looks for it anew."""

    def __init__(self, chat: Chat, composer: Composer, shown: QueueList, notices: Notices) -> None:
        super().__init__(composer)
        self._chat = chat
        self._composer = composer
        self._shown = shown
        self._notices = notices
        self._queue: Queue = ()
        self._turn = asyncio.Lock()
        chat.queue_changed.connect(self._show)
        composer.running_changed.connect(lambda _: self._show(self._queue))
        shown.edit_requested.connect(lambda at: self._do(self._edit, self._queue[at]))
        shown.remove_requested.connect(lambda at: self._do(self._remove, self._queue[at]))
        shown.move_requested.connect(lambda at, to: self._do(partial(self._move, to=to), self._queue[at]))
        shown.send_requested.connect(lambda: self._do(self._send, *self._queue[:1]))

    def _show(self, queue: Queue) -> None:
        self._queue = queue
        session = self._chat.session
        self._shown.show_queue(queue, running=session is not None and session.running)

    def _do(self, step: Step, *questions: Question) -> None:
        session = self._chat.session
        if session is not None and questions:
            spawn(self._take_turn(step, session, questions[0]), self, "change the queue")

    async def _take_turn(self, step: Step, session: Session, question: Question) -> None:
        async with self._turn:
            if question not in session.queue:
                return
            try:
                await step(session, question)
            except StudioError as error:
                self._notices.tell_error(error)

    async def _edit(self, session: Session, question: Question) -> None:
        """Back into the composer, before what stands there."""
        if session is self._chat.session:
            self._composer.set_written(written_of(question).followed_by(self._composer.written))
            self._composer.setFocus()
            await self._remove(session, question)

    async def _remove(self, session: Session, question: Question) -> None:
        left = list(session.queue)
        left.remove(question)
        await session.put_queue(tuple(left))

    async def _move(self, session: Session, question: Question, to: int) -> None:
        queue = list(session.queue)
        queue.remove(question)
        queue.insert(max(to, 0), question)
        await session.put_queue(tuple(queue))

    async def _send(self, session: Session, question: Question) -> None:
        del question
        await session.send_next()
