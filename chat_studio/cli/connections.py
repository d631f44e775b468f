"""`chat-studio connections`: the endpoints to chat with."""

from __future__ import annotations

import importlib

import click

_FILES = {
    "list": "connections_show",
    "show": "connections_show",
    "add": "connections_edit",
    "import": "connections_import",
    "templates": "connections_templates",
    "remove": "connections_edit",
    "test": "connections_ask",
    "models": "connections_ask",
    "detect": "connections_detect",
    "nearby": "connections_detect",
}
"""In which module of this package each command is, as `NAME_command`."""


class Commands(click.Group):
    """Imports a command when it is used: only those that ask a server need the HTTP library."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_FILES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _FILES:
            return None
        module = importlib.import_module(f"chat_studio.cli.{_FILES[cmd_name]}")
        found: click.Command = getattr(module, f"{cmd_name}_command")
        return found


@click.group(cls=Commands)
def command() -> None:
    """Set up and examine the endpoints to chat with. A connection is named by its id or its name."""
