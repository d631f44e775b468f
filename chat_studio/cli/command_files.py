"""A group whose commands are in several files."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class CommandFiles(click.Group):
    """Imports a command when it is used, so that none loads what another needs.

    `files` tells in which module of this package each command is, as `NAME_command`.
    """

    def __init__(self, *args: Any, files: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._files = files

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self._files)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in self._files:
            return None
        module = importlib.import_module(f"chat_studio.cli.{self._files[cmd_name]}")
        found: click.Command = getattr(module, f"{cmd_name}_command")
        return found
