"""Better names for conversations: a model is asked for one when the first answer has come."""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

from chat_studio.chat.changes import Change, MessageChanged
from chat_studio.chat.engine import Engine
from chat_studio.chat.session import Session
from chat_studio.chat.sessions import Sessions
from chat_studio.chat.titles import LONGEST
from chat_studio.chat.turn import ProviderSource
from chat_studio.errors import StudioError
from chat_studio.events import TextDelta
from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Message, Role
from chat_studio.parameters import Parameters
from chat_studio.providers.values import ChatRequest

log = logging.getLogger(__name__)

Who = Literal["nobody", "same", "chosen"]
"""Who names conversations: nobody (the first line stays), the model that answers in them, or one for all."""

INSTRUCTION = (
    "Give the conversation below a title of at most six words, in the language of its question. "
    "Answer with the title alone: no quotation marks, no full stop, no explanation."
)
READ_CHARACTERS = 2000
"""Of the question, and of the answer: a title needs no more, and costs no more."""
PATIENCE = 60.0
"""Seconds; a title that takes longer is not worth the wait."""
_BEFORE = re.compile(r"^(?:\d{1,2}[.)]\s+)?(?:(?:title|titel|título|标题)\s*[:：]\s*)?", re.IGNORECASE)
_FRAME = "\"'“”„«»‘’`*_#.: \t"


@dataclass(frozen=True)
class TitleChoice:
    """Who names conversations; connection and model count for “chosen” only, "" is the connection's own model."""

    who: Who = "nobody"
    connection_id: str = ""
    model: str = ""


class Titler:
    """Names conversations that only have their first line as a name. What the user named is never touched.

    A title that cannot be had is no failure of the user's: the first line stays, and the log says why.
    """

    def __init__(self, sessions: Sessions, providers: ProviderSource, engine: Engine) -> None:
        self.choice = TitleChoice()
        self._sessions = sessions
        self._providers = providers
        self._engine = engine
        self._tasks: set[asyncio.Task[None]] = set()
        sessions.subscribe(self._heard)

    async def aclose(self) -> None:
        """Gives up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _heard(self, conversation_id: str, change: Change) -> None:
        whole = isinstance(change, MessageChanged) and change.record.state is MessageState.DONE
        if whole and self.choice.who != "nobody":
            task = asyncio.create_task(self._name(conversation_id), name=f"title of {conversation_id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _name(self, conversation_id: str) -> None:
        try:
            session = await self._sessions.open(conversation_id)
            if session.conversation.title_by == "question" and not session.temporary:
                async with asyncio.timeout(PATIENCE):
                    title = await self._ask(session)
                if title:
                    await session.retitle(title, "model")
        except (StudioError, TimeoutError) as error:
            log.info("No title for %s: %s", conversation_id, error or "it took too long")

    async def _ask(self, session: Session) -> str:
        choice = session.conversation if self.choice.who == "same" else self.choice
        connection_id, model = choice.connection_id, choice.model
        provider = await self._providers.provider_for(connection_id, model=model)
        request = ChatRequest((Message.of(Role.USER, _prompt(session.records)),), model, Parameters(max_tokens=400))
        async with aclosing(self._engine.answer(provider, request)) as events:
            return cleaned("".join([event.text async for event in events if isinstance(event, TextDelta)]))


def cleaned(answer: str) -> str:
    """The title in a model's answer: its last line with words, without what models put around titles; "" for none."""
    lines = [" ".join(line.split()).strip(_FRAME) for line in answer.splitlines()]
    title = next((line for line in reversed(lines) if any(map(str.isalnum, line))), "")
    title = _BEFORE.sub("", re.sub(r"\*\*|__|`", "", title)).strip(_FRAME)
    return title if len(title) <= LONGEST else title[: LONGEST - 1].rstrip() + "…"


def _prompt(records: Branch) -> str:
    said = "\n\n".join(_told(record) for record in records[:2])
    return f"{INSTRUCTION}\n\n{said}"


def _told(record: MessageRecord) -> str:
    speaker = "Question" if record.message.role is Role.USER else "Answer"
    return f"{speaker}: {record.message.text[:READ_CHARACTERS]}"
