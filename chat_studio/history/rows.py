"""Records to rows and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from chat_studio.history.fold import fold
from chat_studio.history.records import ConversationRecord, ErrorRecord, MessageRecord, MessageState, Timing
from chat_studio.messages import FinishReason, Message, Part, Parts, Role, TextPart, Usage
from chat_studio.parameters import NOTHING_SET, ConversationSettings

UNREADABLE = ErrorRecord(
    kind="unreadable",
    message="This message is damaged in the history; its plain text is shown.",
    hint="Repair the history: chat-studio history check --repair.",
)
"""What is shown at a message whose row cannot be read."""
_BEGINNING = datetime.fromtimestamp(0, UTC)

Row = dict[str, str | None]
"""The values of a row, by the names of its columns."""


def now() -> datetime:
    return datetime.now(UTC)


def time_text(time: datetime) -> str:
    """A time that sorts as text."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def time_of(text: str) -> datetime:
    """A stored time; 1970 for one that cannot be read."""
    try:
        time = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return _BEGINNING
    return time if time.tzinfo else time.replace(tzinfo=UTC)


_ROLES = {role.value: role for role in Role}
_STATES = {state.value: state for state in MessageState}


def role_of(text: str) -> Role:
    """A stored role; the model's for one that this version does not know."""
    return _ROLES.get(text, Role.ASSISTANT)


def state_of(text: str) -> MessageState:
    """A stored state; that of a failure for one that this version does not know."""
    return _STATES.get(text, MessageState.FAILED)


def settings_of(text: str) -> ConversationSettings:
    """Stored settings; nothing set for those that cannot be read."""
    try:
        return ConversationSettings.model_validate_json(text) if text else NOTHING_SET
    except ValueError:
        return NOTHING_SET


def conversation_of(row: sqlite3.Row) -> ConversationRecord:
    return ConversationRecord(
        id=row["id"],
        title=row["title"],
        created_at=time_of(row["created_at"]),
        updated_at=time_of(row["updated_at"]),
        connection_id=row["connection_id"],
        model=row["model"],
        leaf_id=row["leaf_id"],
        title_by=row["title_by"],
        settings=settings_of(row["settings"]),
        folder_id=row["folder_id"],
        pinned=bool(row["pinned"]),
        archived=bool(row["archived"]),
        tags=tags_of(row["tags"]),
        source=row["source"],
    )


def conversation_row(record: ConversationRecord) -> dict[str, str | int | None]:
    return {
        "id": record.id,
        "title": record.title,
        "title_folded": fold(record.title),
        "created_at": time_text(record.created_at),
        "updated_at": time_text(record.updated_at),
        "connection_id": record.connection_id,
        "model": record.model,
        "leaf_id": record.leaf_id,
        "title_by": record.title_by,
        "settings": settings_text(record.settings),
        "folder_id": record.folder_id,
        "pinned": int(record.pinned),
        "archived": int(record.archived),
        "tags": tags_text(record.tags),
        "source": record.source,
    }


def settings_text(settings: ConversationSettings) -> str:
    return "" if settings.is_plain else settings.model_dump_json(exclude_defaults=True)


def tags_of(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split("\n")))


def tags_text(tags: Iterable[str]) -> str:
    """Tags between line breaks, so that one is found by its text with a break on either side."""
    joined = "\n".join(sorted({" ".join(tag.split()) for tag in tags} - {""}, key=str.casefold))
    return f"\n{joined}\n" if joined else ""


class StoredMessage(NamedTuple):
    """A row of the messages table. `parts` is "" where the message is its `text` and nothing else."""

    id: str
    conversation_id: str
    parent_id: str | None
    role: str
    created_at: str
    parts: str
    text: str
    state: str
    connection_id: str
    connection_name: str
    model: str
    finish_reason: str | None
    usage: str | None
    timing: str | None
    error: str | None


COLUMNS = ", ".join(StoredMessage._fields)
"""What `shared_message` takes, as a statement selects it."""
WIDTH = len(StoredMessage._fields)


def stored_message(row: sqlite3.Row) -> StoredMessage:
    """A row of the messages table, whatever its columns beside those that are needed."""
    return shared_message([row[name] for name in StoredMessage._fields], {})


def shared_message(values: Sequence[Any] | sqlite3.Row, known: dict[str, str]) -> StoredMessage:
    """The values of a row that begins with `COLUMNS` as a value. `known` holds texts that rows share, and grows.

    A conversation of ten thousand messages is read by this: a microsecond here is a hundredth of a second there.
    """
    keep = known.setdefault
    first, (parts, text), route, rest = values[:5], values[5:7], values[7:12], values[12:WIDTH]
    message_id, conversation_id, parent_id, role, created_at = first
    if isinstance(text, str) and parts == f'[{{"type":"text","text":{encode_basestring(text)}}}]':
        parts = ""
    return StoredMessage._make(
        (
            keep(message_id, message_id),
            keep(conversation_id, conversation_id),
            keep(parent_id, parent_id) if parent_id else parent_id,
            keep(role, role),
            created_at,
            parts,
            text,
            *[keep(name, name) for name in route],
            *rest,
        )
    )


def message_of(row: StoredMessage) -> MessageRecord:
    """The record of a row; one that cannot be read shows its text, and says so, so that the others can be seen."""
    try:
        return whole_message_of(row)
    except (ValueError, TypeError) as error:
        return MessageRecord(
            id=row.id,
            conversation_id=row.conversation_id,
            parent_id=row.parent_id,
            message=Message.of(role_of(row.role), str(row.text)),
            created_at=time_of(row.created_at),
            state=MessageState.FAILED,
            connection_name=str(row.connection_name),
            model=str(row.model),
            error=replace(UNREADABLE, detail=str(error)),
        )


def whole_message_of(row: StoredMessage) -> MessageRecord:
    """The record of a row. Raises ValueError or TypeError for one that cannot be read."""
    parts: tuple[Part, ...] = Parts.validate_json(row.parts) if row.parts else (TextPart(text=row.text),)
    return MessageRecord(
        id=row.id,
        conversation_id=row.conversation_id,
        parent_id=row.parent_id,
        message=Message(role=Role(row.role), parts=parts),
        created_at=datetime.fromisoformat(row.created_at),
        state=MessageState(row.state),
        connection_id=row.connection_id,
        connection_name=row.connection_name,
        model=row.model,
        finish_reason=FinishReason(row.finish_reason) if row.finish_reason else None,
        usage=Usage.model_validate_json(row.usage) if row.usage else None,
        timing=Timing(**json.loads(row.timing)) if row.timing else None,
        error=ErrorRecord(**json.loads(row.error)) if row.error else None,
    )


def message_row(record: MessageRecord) -> Row:
    return {
        "id": record.id,
        "conversation_id": record.conversation_id,
        "parent_id": record.parent_id,
        "created_at": time_text(record.created_at),
        "role": record.message.role,
        "parts": Parts.dump_json(record.message.parts).decode(),
        "text": record.message.text,
        "state": record.state,
        "connection_id": record.connection_id,
        "connection_name": record.connection_name,
        "model": record.model,
        "finish_reason": record.finish_reason,
        "usage": record.usage.model_dump_json(exclude_none=True) if record.usage else None,
        "timing": json.dumps(asdict(record.timing)) if record.timing else None,
        "error": json.dumps(asdict(record.error)) if record.error else None,
    }
