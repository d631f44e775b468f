"""What every readable format says of a message beside its text."""

from __future__ import annotations

from datetime import datetime

from chat_studio.history.records import ConversationRecord, MessageRecord, MessageState
from chat_studio.messages import Role, ToolResultPart

UNTITLED = "Untitled"

_STATES = {
    MessageState.STREAMING: "Still coming when it was exported.",
    MessageState.STOPPED: "Stopped.",
    MessageState.INTERRUPTED: "Interrupted: the program ended while the answer was coming.",
}
_ROLES = {Role.USER: "You", Role.SYSTEM: "System", Role.TOOL: "Tool"}


def title(record: ConversationRecord) -> str:
    return " ".join(record.title.split()) or UNTITLED


def speaker(record: MessageRecord) -> str:
    """Who spoke: “You”, the model, or the connection."""
    told = _ROLES.get(record.message.role)
    return told or record.model or record.connection_name or "Assistant"


def moment(time: datetime) -> str:
    """A time as this computer's clock showed it."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def ending(record: MessageRecord) -> str:
    """How an answer ended, if not well; "" otherwise."""
    if record.error is not None:
        return f"Failed: {record.error.message}"
    return _STATES.get(record.state, "")


def thought(seconds: float | None) -> str:
    """The heading of reasoning."""
    return "Thought" if seconds is None else f"Thought for {round(seconds)} s"


def result(part: ToolResultPart) -> str:
    """The heading of what a tool gave."""
    return f"{'Error' if part.is_error else 'Result'} of {part.name or 'the tool'}"


def figures(record: MessageRecord) -> str:
    """Tokens, speed and cost of an answer, as far as they are known."""
    told: list[str] = []
    usage, timing = record.usage, record.timing
    if usage is not None:
        if usage.input_tokens is not None:
            told.append(f"{usage.input_tokens} tokens in")
        if usage.output_tokens is not None:
            told.append(f"{usage.output_tokens} out")
        if usage.cost is not None:
            told.append(f"${usage.cost:.4f}")
    if timing is not None:
        told.append(f"{timing.total:.1f} s")
    return " · ".join(told)
