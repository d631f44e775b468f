"""`chat-studio connections list` and `show`."""

from __future__ import annotations

import json
from typing import Any

import click

from chat_studio.cli import output
from chat_studio.cli.main import CONFIGURATION
from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.masking import masked, masked_address
from chat_studio.connections.model import BrokenConnection, Connection, Entry
from chat_studio.studio import Studio

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.command("list")
@as_json
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List all connections, also those that cannot be used, with the reason."""
    studio: Studio = ctx.obj
    file = studio.connections.load()
    for notice in file.notices:
        output.notice(notice)
    if as_json:
        for entry in file.entries:
            output.write_json(_object(entry))
    else:
        write_table([_row(entry) for entry in file.entries])
    if file.problem:
        ctx.exit(CONFIGURATION)


@click.command("show")
@click.argument("connection")
@as_json
@click.pass_obj
def show_command(studio: Studio, connection: str, as_json: bool) -> None:
    """Print every field of CONNECTION. Keys are not shown."""
    fields = masked(_file(studio).find(connection))
    if as_json:
        output.write_json(fields)
        return
    width = max(map(len, fields))
    for name, value in fields.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        output.write(f"{name:{width}}  {text}".rstrip() + "\n")


def _file(studio: Studio) -> ConnectionFile:
    """The file; if it cannot be used, that is told first."""
    file = studio.connections.load()
    if file.problem:
        output.notice(file.notices[0])
    return file


def _object(entry: Entry) -> dict[str, Any]:
    if isinstance(entry, BrokenConnection):
        return {"id": entry.id, "name": entry.name, "broken": entry.reason, "line": entry.line}
    return masked(entry)


def _row(entry: Entry) -> tuple[str, str, str, str]:
    if isinstance(entry, BrokenConnection):
        return entry.id or "–", entry.name or "–", "broken", f"line {entry.line}: {entry.reason}"
    return entry.id, entry.name, entry.provider or "detected", _remark(entry)


def _remark(connection: Connection) -> str:
    address = masked_address(connection.first_address)
    if not connection.enabled:
        return f"{address} (switched off)".strip()
    if connection.is_placeholder:
        return f"{address} (an example: put your own address here)"
    return f"{address} {connection.model}".strip()


def write_table(rows: list[tuple[str, ...]]) -> None:
    """Writes rows in columns as wide as their longest cells."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        output.write("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")
