"""Records as tests need them."""

from __future__ import annotations

import itertools

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.history.rows import now
from chat_studio.messages import Message, Role

_numbers = itertools.count(1)


def question(conversation_id: str, text: str, parent: MessageRecord | None = None) -> MessageRecord:
    return _record(conversation_id, Message.of(Role.USER, text), parent)


def answer(conversation_id: str, text: str, parent: MessageRecord, **fields: object) -> MessageRecord:
    return _record(conversation_id, Message.of(Role.ASSISTANT, text), parent, **fields)


def streaming(conversation_id: str, parent: MessageRecord, **fields: object) -> MessageRecord:
    return _record(conversation_id, Message(role=Role.ASSISTANT), parent, state=MessageState.STREAMING, **fields)


def _record(conversation_id: str, message: Message, parent: MessageRecord | None, **fields: object) -> MessageRecord:
    parent_id = parent.id if parent else None
    return MessageRecord(f"message-{next(_numbers)}", conversation_id, parent_id, message, now(), **fields)  # type: ignore[arg-type]
