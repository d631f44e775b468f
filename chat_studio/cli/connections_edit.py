"""`chat-studio connections add` and `remove`."""

from __future__ import annotations

from typing import Any

import click
from pydantic import ValidationError

from chat_studio.cli import output
from chat_studio.cli.connections_show import as_json
from chat_studio.cli.keys import key_from_env_option, key_option, typed_key
from chat_studio.connections.entries import reasons
from chat_studio.connections.masking import masked
from chat_studio.connections.model import Connection
from chat_studio.connections.recognition import host_of
from chat_studio.connections.texts import parse_headers, parse_parameters
from chat_studio.providers import registry
from chat_studio.studio import Studio


@click.command("add")
@click.option("--base-url", "--url", metavar="URL", help="The server's address, as in http://localhost:8000.")
@click.option("--name", help="How it is called (else: the address's host).")
@click.option("--id", "id", help="A short name for commands and the file (else: made of the name).")
@click.option("--provider", type=click.Choice(registry.kinds()), help="The kind of server (else: detected when used).")
@click.option("--model", help="The model to use (else: the first that the server offers).")
@key_option
@key_from_env_option
@click.option("--timeout", type=float, help="The longest silence of the server, in seconds.")
@click.option("--connect-timeout", type=float, help="The longest wait for the connection itself, in seconds.")
@click.option("--max-tokens", type=int, help="The longest answer, in tokens.")
@click.option("--temperature", type=float, help="How freely the model chooses its words.")
@click.option("--is-local", is_flag=True, default=None, help="The server is your own: it may be slow to begin.")
@click.option("--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header to send; may be repeated.")
@click.option("--default-parameters", metavar="JSON", help='Sent with every request, as in {"top_p": 0.9}.')
@click.option("--no-verify-cert", "verify_cert", flag_value=False, default=None, help="Accept any certificate.")
@click.option("--ca-file", metavar="FILE", help="Certificates of a private authority.")
@click.option("--proxy", metavar="URL", help="As in http://proxy:3128 or socks5://127.0.0.1:1080.")
@click.option("--disabled", "enabled", flag_value=False, default=None, help="Add it switched off.")
@as_json
@click.pass_obj
def add_command(studio: Studio, /, key: str | None, key_from_env: str | None, as_json: bool, **options: Any) -> None:
    """Add a connection and print its id.

    A key goes to the system's keychain, or stays in an environment variable; it is never written to the file.
    """
    if not (options["base_url"] or options["provider"]):
        raise click.UsageError("Give --base-url URL, or --provider KIND for one that has an address of its own.")
    connection = _connection(studio, {name: value for name, value in options.items() if value not in (None, ())})
    if key_from_env:
        connection = connection.model_copy(update={"api_key_env_var": key_from_env})
    file = studio.connections.save(connection, new_key=typed_key(key))
    for notice in file.notices:
        output.notice(notice)
    if as_json:
        output.write_json(masked(file.find(connection.id)))
    else:
        output.write(f"{connection.id}\n")


def _connection(studio: Studio, given: dict[str, Any]) -> Connection:
    """The connection that the options describe. Raises UsageError for one that cannot work."""
    try:
        given["headers"] = parse_headers("\n".join(given.get("headers", ())))
        given["default_parameters"] = parse_parameters(given.get("default_parameters", ""))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    name = given.setdefault("name", host_of(given.get("base_url", "")) or given.get("provider", ""))
    given.setdefault("id", studio.connections.new_id(name))
    try:
        return Connection.model_validate(given)
    except ValidationError as error:
        raise click.UsageError(f"The connection cannot be added: {reasons(error)}.") from None


@click.command("remove")
@click.argument("connections", nargs=-1, required=True, metavar="CONNECTION…")
@click.pass_obj
def remove_command(studio: Studio, connections: tuple[str, ...]) -> None:
    """Remove connections, broken ones too, and their keys from the keychain."""
    file = studio.connections.load()
    for entry in [file.entry(name) for name in connections]:
        studio.connections.forget(studio.connections.remove(entry))
        output.notice(f"Removed “{entry.name or entry.id}”.")
