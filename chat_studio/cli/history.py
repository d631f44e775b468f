"""`chat-studio history`: what was said before."""

from __future__ import annotations

import importlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from chat_studio.cli import output
from chat_studio.cli.history_check import check_command
from chat_studio.cli.running import run
from chat_studio.cli.transcript import transcript
from chat_studio.errors import ConversationNotFound
from chat_studio.history.branch import Branch
from chat_studio.history.records import ConversationRecord, MessageRecord, SearchHit
from chat_studio.messages import Parts
from chat_studio.studio import Studio

SHORT_ID = 8
"""Characters of an id that lists show; `show` takes any beginning that fits one conversation only."""

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


class Commands(click.Group):
    """Finds export and import by their names, so that no other command loads what they need."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_OWN_FILES])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _OWN_FILES:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"chat_studio.cli.history_{cmd_name}")
        found: click.Command = getattr(module, f"{cmd_name}_command")
        return found


_OWN_FILES = ("export", "import")


@click.group(cls=Commands)
def command() -> None:
    """Look into earlier conversations."""


command.add_command(check_command)


@command.command("list")
@click.option("-n", "--limit", type=click.IntRange(min=1), help="So many of the newest only.")
@as_json
@click.pass_obj
def list_command(studio: Studio, limit: int | None, as_json: bool) -> None:
    """List the conversations, the newest first."""
    for conversation in run(studio, studio.history.conversations())[:limit]:
        if as_json:
            output.write_json(_conversation(conversation))
        else:
            output.write(f"{conversation.id[:SHORT_ID]}  {_local(conversation.updated_at)}  {conversation.title}\n")


@command.command("show")
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


@command.command("search")
@click.argument("query")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="So many at most.")
@as_json
@click.pass_obj
def search_command(studio: Studio, query: str, limit: int, as_json: bool) -> None:
    """Find messages that have all words of QUERY; "…" for phrases, the last word may be unfinished."""
    for hit in run(studio, studio.history.search(query, limit)):
        if as_json:
            output.write_json(asdict(hit) | {"created_at": hit.created_at.isoformat(), "snippet": _marked(hit, "")})
        else:
            heading = f"{hit.conversation_id[:SHORT_ID]}  {_local(hit.created_at)}  {hit.conversation_title}"
            output.write(f"{heading}\n    {_marked(hit, '*')}\n")


async def _thread(studio: Studio, beginning: str) -> tuple[ConversationRecord, Branch]:
    await studio.history.recover()
    matching = [found for found in await studio.history.conversations() if found.id.startswith(beginning)]
    if len(matching) > 1:
        raise click.UsageError(f"“{beginning}” fits {len(matching)} conversations; write more of the id.")
    if not matching:
        raise ConversationNotFound(
            f"There is no conversation “{beginning}” in the history.",
            hint="See which there are: chat-studio history list.",
        )
    return matching[0], await studio.history.thread(matching[0].id)


def _local(time: datetime) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def _marked(hit: SearchHit, mark: str) -> str:
    """The snippet on one line, its matches between two `mark`s."""
    return " ".join(hit.snippet.replace("\x02", mark).replace("\x03", mark).split())


def _conversation(record: ConversationRecord) -> dict[str, Any]:
    times = {"created_at": record.created_at.isoformat(), "updated_at": record.updated_at.isoformat()}
    return asdict(record) | times | {"settings": record.settings.model_dump(mode="json", exclude_defaults=True)}


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
