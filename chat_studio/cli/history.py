"""`chat-studio history`: what was said before."""

from __future__ import annotations

import click

from chat_studio.cli.command_files import CommandFiles

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


@click.group(cls=CommandFiles, files=_FILES)
def command() -> None:
    """Look into earlier conversations, and keep them in order."""
