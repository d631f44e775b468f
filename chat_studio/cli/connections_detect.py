"""`chat-studio connections detect`: what answers at a URL, and keeping it."""

from __future__ import annotations

import os
from dataclasses import asdict

import click
from pydantic import ValidationError

from chat_studio.cli import output
from chat_studio.cli.connections_show import as_json
from chat_studio.cli.keys import key_from_env_option, key_option, typed_key
from chat_studio.cli.model_table import fields
from chat_studio.cli.running import run
from chat_studio.connections.detect import Detected, detect
from chat_studio.connections.entries import reasons
from chat_studio.connections.masking import masked_address
from chat_studio.connections.model import Connection
from chat_studio.connections.nearby import nearby_servers
from chat_studio.connections.recognition import host_of
from chat_studio.errors import ConfigurationError, KeyUnavailable
from chat_studio.studio import Studio


@click.command("detect")
@click.argument("url")
@key_option
@key_from_env_option
@click.option("--save", is_flag=True, help="Keep what was found as a connection.")
@click.option("--name", help="How the connection is called (else: the address's host).")
@as_json
@click.pass_obj
def detect_command(
    studio: Studio,
    url: str,
    key: str | None,
    key_from_env: str | None,
    save: bool,
    name: str | None,
    as_json: bool,
) -> None:
    """Find out what kind of server answers at URL. A key is sent to that host only.

    With --save it becomes a connection, whose id is printed last.
    """
    if name and not save:
        raise click.UsageError("--name is for --save.")
    typed = typed_key(key)
    found = run(studio, detect(url, typed or _from_environment(key_from_env)))
    saved = _saved(studio, found, name, typed, key_from_env) if save else ""
    address = masked_address(found.base_url)
    if as_json:
        told = asdict(found) | {"base_url": address, "models": [fields(model) for model in found.models]}
        output.write_json(told | ({"saved": saved} if saved else {}))
        return
    output.write(f"{found.label} {found.version}".rstrip() + f" at {address}\n{found.why}\n")
    for model in found.models:
        output.write(f"    {model.id}\n")
    if saved:
        output.notice("Saved as:")
        output.write(f"{saved}\n")


@click.command("nearby")
@as_json
@click.pass_obj
def nearby_command(studio: Studio, as_json: bool) -> None:
    """List what takes connections on this computer, at the ports where model servers usually do. Nothing is sent."""
    found = run(studio, nearby_servers())
    if not found:
        output.notice("Nothing takes connections at the usual ports of this computer.")
    for one in found:
        if as_json:
            output.write_json({"url": one.url, "usually": list(one.names)})
        else:
            output.write(f"{one.url}  usually {' or '.join(one.names)}\n")


def _saved(studio: Studio, found: Detected, name: str | None, typed: str, variable: str | None) -> str:
    """Stores the connection, the key in the keychain; returns its id."""
    called = name or host_of(found.base_url)
    entry = {
        **found.fields,
        "id": studio.connections.new_id(called),
        "name": called,
        "provider": found.kind,
        "base_url": found.base_url,
        "api_key_env_var": variable or "",
    }
    try:
        connection = Connection.model_validate(entry)
    except ValidationError as error:
        raise ConfigurationError(f"What was found cannot be saved: {reasons(error)}.") from None
    for notice in studio.connections.save(connection, new_key=typed).notices:
        output.notice(notice)
    if found.needs_key and not (typed or variable):
        output.notice("It wants a key: add one to the connection, or detect it again with --key -.")
    return connection.id


def _from_environment(variable: str | None) -> str:
    if not variable:
        return ""
    if key := os.environ.get(variable, "").strip():
        return key
    raise KeyUnavailable(f"The environment variable {variable} is not set.", hint="Set it, or use --key -.")
