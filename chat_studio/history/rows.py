"""Records to rows and back."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from datetime import UTC, datetime

from chat_studio.history.records import ConversationRecord, ErrorRecord, MessageRecord, MessageState, Timing
from chat_studio.messages import FinishReason, Message, Parts, Role, Usage

Row = dict[str, str | None]
"""The values of a row, by the names of its columns."""


def now() -> datetime:
    return datetime.now(UTC)


def time_text(time: datetime) -> str:
    """A time that sorts as text."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def conversation_of(row: sqlite3.Row) -> ConversationRecord:
    return ConversationRecord(
        id=row["id"],
        title=row["title"],
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        connection_id=row["connection_id"],
        model=row["model"],
        leaf_id=row["leaf_id"],
    )


def conversation_row(record: ConversationRecord) -> Row:
    return {
        "id": record.id,
        "title": record.title,
        "created_at": time_text(record.created_at),
        "updated_at": time_text(record.updated_at),
        "connection_id": record.connection_id,
        "model": record.model,
        "leaf_id": record.leaf_id,
    }


def message_of(row: sqlite3.Row) -> MessageRecord:
    return MessageRecord(
        id=row["id"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        message=Message(role=Role(row["role"]), parts=Parts.validate_json(row["parts"])),
        created_at=datetime.fromisoformat(row["created_at"]),
        state=MessageState(row["state"]),
        connection_id=row["connection_id"],
        connection_name=row["connection_name"],
        model=row["model"],
        finish_reason=FinishReason(row["finish_reason"]) if row["finish_reason"] else None,
        usage=Usage.model_validate_json(row["usage"]) if row["usage"] else None,
        timing=Timing(**json.loads(row["timing"])) if row["timing"] else None,
        error=ErrorRecord(**json.loads(row["error"])) if row["error"] else None,
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
