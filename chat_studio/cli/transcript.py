"""A conversation as text."""

from __future__ import annotations

from collections.abc import Sequence

from chat_studio.history.records import ConversationRecord, MessageRecord, MessageState
from chat_studio.messages import (
    FilePart,
    ImagePart,
    NoticePart,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

_STATES = {
    MessageState.STREAMING: "still coming",
    MessageState.STOPPED: "stopped",
    MessageState.INTERRUPTED: "interrupted: the program ended",
}


def transcript(conversation: ConversationRecord, records: Sequence[MessageRecord]) -> str:
    """Markdown: the title, then each message under who spoke. Reasoning is left out."""
    return "\n\n".join([f"# {conversation.title}", *map(_message, records)]) + "\n"


def _message(record: MessageRecord) -> str:
    time = record.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
    parts = [text for part in record.message.parts if (text := _part(part))]
    return "\n\n".join([f"## {_speaker(record)}, {time}", *parts, *_ending(record)])


def _speaker(record: MessageRecord) -> str:
    if record.message.role is Role.USER:
        return "You"
    return record.model or record.connection_name or str(record.message.role).capitalize()


def _part(part: TextPart | ImagePart | FilePart | ReasoningPart | ToolCallPart | ToolResultPart | NoticePart) -> str:
    match part:
        case TextPart(text=text):
            return text.strip()
        case ImagePart():
            return f"[image {part.name or part.url}]"
        case FilePart():
            return f"[file {part.name}]"
        case ToolCallPart():
            return f"[calls {part.name} {part.arguments}]"
        case ToolResultPart():
            return part.content
        case NoticePart():
            return f"[{part.text}]"
        case ReasoningPart():
            return ""


def _ending(record: MessageRecord) -> list[str]:
    if record.error is not None:
        return [f"[failed: {record.error.message}]"]
    state = _STATES.get(record.state)
    return [f"[{state}]"] if state else []
