"""The two ways to an answer: one that leaves nothing behind, and one that the history keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from chat_studio.chat.changes import AnswerGrew, Change, MessageChanged, RunningChanged
from chat_studio.chat.context import messages_for
from chat_studio.chat.engine import Engine
from chat_studio.chat.session import Session
from chat_studio.chat.sessions import Sessions
from chat_studio.cli.choice import chosen_connection
from chat_studio.cli.history_named import conversation_named
from chat_studio.errors import error_class
from chat_studio.events import Event
from chat_studio.history.records import ErrorRecord
from chat_studio.messages import Message, Part, Role
from chat_studio.parameters import ConversationSettings
from chat_studio.providers.values import ChatRequest
from chat_studio.studio import Studio


@dataclass(frozen=True)
class Question:
    """What is asked, and of whom; `connection` and `model` "" leave the choice to the program.

    `conversation` is the beginning of the id of one that it goes on, "" for a new one.
    """

    parts: tuple[Part, ...]
    connection: str
    model: str
    settings: ConversationSettings
    conversation: str = ""


async def answer(studio: Studio, engine: Engine, question: Question) -> AsyncGenerator[Event, None]:
    """The events of the answer. Raises StudioError."""
    connection = await asyncio.to_thread(chosen_connection, studio, question.connection)
    provider = await studio.providers.provider_for(connection.id, model=question.model)
    asked = Message(role=Role.USER, parts=question.parts)
    messages = (*messages_for([], question.settings.system), asked)
    request = ChatRequest(messages, question.model, question.settings.parameters)
    async with aclosing(engine.answer(provider, request)) as events:
        async for event in events:
            yield event


async def saved_answer(studio: Studio, engine: Engine, question: Question) -> AsyncGenerator[Event, None]:
    """The same as a new conversation of the history, or at the end of one; what is cut short is kept as it came."""
    sessions = Sessions(studio.history, studio.providers, engine)
    session = await (_continued if question.conversation else _begun)(studio, sessions, question)
    changes: asyncio.Queue[Change] = asyncio.Queue()
    session.subscribe(changes.put_nowait)
    session.hold_queue()  # nobody has asked here for what waits there
    await session.send(question.parts)
    try:
        while (change := await changes.get()) != RunningChanged(running=False):
            if isinstance(change, AnswerGrew):
                yield change.event
            elif isinstance(change, MessageChanged) and change.record.error:
                _raise(change.record.error, change.record.connection_name)
    finally:
        session.stop()
        await session.aclose()


async def _begun(studio: Studio, sessions: Sessions, question: Question) -> Session:
    connection = await asyncio.to_thread(chosen_connection, studio, question.connection)
    return await sessions.new(connection.id, question.model, settings=question.settings)


async def _continued(studio: Studio, sessions: Sessions, question: Question) -> Session:
    """Where it went before, unless the question says otherwise."""
    await studio.history.recover()
    session = await sessions.open((await conversation_named(studio.history, question.conversation)).id)
    if question.connection or question.model:
        wanted = question.connection or session.conversation.connection_id
        connection = await asyncio.to_thread(chosen_connection, studio, wanted)
        await session.set_route(connection.id, question.model)
    if not question.settings.is_plain:
        await session.set_settings(question.settings)
    return session


def _raise(error: ErrorRecord, connection: str) -> None:
    raise error_class(error.kind)(error.message, hint=error.hint, detail=error.detail, connection=connection)
