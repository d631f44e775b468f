"""What of a conversation the model gets to read."""

from __future__ import annotations

from collections.abc import Sequence

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Message, Role, ToolCallPart


def messages_for(records: Sequence[MessageRecord], system: str = "") -> tuple[Message, ...]:
    """The messages of a request: the system prompt, then the branch, without failed and empty answers.

    A stopped or interrupted answer stays if it has text. Tool calls that nobody answered are left out: every protocol
    refuses a conversation that goes on after one.
    """
    prompt = (Message.of(Role.SYSTEM, system),) if system.strip() else ()
    return prompt + tuple(_without_calls(record.message) for record in records if _counts(record))


def _counts(record: MessageRecord) -> bool:
    if record.message.role is not Role.ASSISTANT:
        return True
    return record.state is not MessageState.FAILED and bool(record.message.text.strip())


def _without_calls(message: Message) -> Message:
    parts = tuple(part for part in message.parts if not isinstance(part, ToolCallPart))
    return message if len(parts) == len(message.parts) else message.model_copy(update={"parts": parts})
