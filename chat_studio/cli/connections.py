"""`chat-studio connections`: the endpoints to chat with."""

from __future__ import annotations

import click

from chat_studio.cli.command_files import CommandFiles

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


@click.group(cls=CommandFiles, files=_FILES)
def command() -> None:
    """Set up and examine the endpoints to chat with. A connection is named by its id or its name."""
