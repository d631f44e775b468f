"""`chat-studio history`: what was said before."""

from __future__ import annotations

import importlib

import click

_FILES = {
    "list": "history_find",
    "search": "history_find",
    "show": "history_show",
    "rename": "history_organise",
    "move": "history_organise",
    "folders": "history_folders",
    "tag": "history_organise",
    "tags": "history_find",
    "pin": "history_organise",
    "unpin": "history_organise",
    "archive": "history_organise",
    "unarchive": "history_organise",
    "delete": "history_organise",
    "restore": "history_organise",
    "export": "history_export",
    "import": "history_import",
    "check": "history_check",
}
"""In which module of this package each command is, as `NAME_command`."""


class Commands(click.Group):
    """Imports a command when it is used, so that none loads what another needs."""

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
    """Look into earlier conversations, and keep them in order."""
