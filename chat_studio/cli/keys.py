"""How a command gets a key: typed without an echo or through a pipe, never as an argument that others could see."""

from __future__ import annotations

import sys

import click

key_option = click.option(
    "--key", metavar="-", help="“-”: the key is read from standard input, or asked for on a terminal."
)
key_from_env_option = click.option("--key-from-env", metavar="VARIABLE", help="The environment variable with the key.")


def typed_key(given: str | None) -> str:
    """The key that `--key` asks for, "" without the option. Raises UsageError for a key as an argument."""
    if given is None:
        return ""
    if given != "-":
        raise click.UsageError("A key as an argument could be seen by others. Write --key - and type or pipe it.")
    if sys.stdin.isatty():
        key: str = click.prompt("Key", hide_input=True, err=True)
    else:
        key = sys.stdin.readline()
    if not key.strip():
        raise click.UsageError("No key came on standard input.")
    return key.strip()
