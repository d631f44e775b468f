"""`chat-studio history show`: the messages of a conversation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from chat_studio.cli import output
from chat_studio.cli.history_named import as_json, conversation_named
from chat_studio.cli.running import run
from chat_studio.cli.transcript import transcript
from chat_studio.history.branch import Branch
from chat_studio.history.records import ConversationRecord, MessageRecord
from chat_studio.messages import Parts
from chat_studio.studio import Studio


@click.command("show")
@click.argument("conversation")
@as_json
@click.pass_obj
def show_command(studio: Studio, conversation: str, as_json: bool) -> None:
    """Print the messages of CONVERSATION, an id or its beginning."""
    found, records = run(studio, _thread(studio, conversation))
    if not as_json:
        output.write(transcript(found, records))
        return
    for record in records:
        output.write_json(_message(record))


async def _thread(studio: Studio, beginning: str) -> tuple[ConversationRecord, Branch]:
    await studio.history.recover()
    found = await conversation_named(studio.history, beginning)
    return found, await studio.history.thread(found.id)


def _message(record: MessageRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "parent_id": record.parent_id,
        "role": record.message.role,
        "created_at": record.created_at.isoformat(),
        "state": record.state,
        "text": record.message.text,
        "parts": Parts.dump_python(record.message.parts, mode="json"),
        "connection": record.connection_name,
        "model": record.model,
        "finish_reason": record.finish_reason,
        "usage": record.usage.model_dump(mode="json", exclude_none=True) if record.usage else None,
        "timing": asdict(record.timing) if record.timing else None,
        "error": asdict(record.error) if record.error else None,
    }
