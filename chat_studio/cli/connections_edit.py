"""`chat-studio connections add` and `remove`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from pydantic import ValidationError

from chat_studio.cli import output
from chat_studio.cli.connections_show import as_json
from chat_studio.cli.keys import key_from_env_option, key_option, typed_key
from chat_studio.connections.entries import reasons
from chat_studio.connections.masking import masked
from chat_studio.connections.model import Connection, checked_address
from chat_studio.connections.recognition import by_host, by_model, host_of
from chat_studio.connections.templates import fields_of, find, templates
from chat_studio.connections.texts import parse_headers, reason
from chat_studio.parameters import json_object
from chat_studio.providers import registry
from chat_studio.providers.base import Provider
from chat_studio.studio import Studio


@click.command("add")
@click.option("--base-url", "--url", metavar="URL", help="The server's address, as in http://localhost:8000.")
@click.option("--replica", "urls", multiple=True, metavar="URL", help="A further address of it; may be repeated.")
@click.option("--template", metavar="ID", help="Begin with one of `connections templates`; other options change it.")
@click.option("--name", help="How it is called (else: the address's host).")
@click.option("--id", "id", help="A short name for commands and the file (else: made of the name).")
@click.option("--provider", type=click.Choice(registry.kinds()), help="The kind of server (else: detected when used).")
@click.option("--model", help="The model to use (else: the first that the server offers). Alone, it tells the kind.")
@key_option
@key_from_env_option
@click.option("--timeout", type=float, help="The longest silence of the server, in seconds.")
@click.option("--connect-timeout", type=float, help="The longest wait for the connection itself, in seconds.")
@click.option("--short-timeout", type=float, help="The same for lists of models and checks, in seconds.")
@click.option("--max-tokens", type=int, help="The longest answer, in tokens.")
@click.option("--temperature", type=float, help="How freely the model chooses its words.")
@click.option("--context-length", type=int, help="How much the model can read at once, in tokens.")
@click.option("--price-input", type=float, help="US dollars for a million tokens of the prompt.")
@click.option("--price-output", type=float, help="US dollars for a million tokens of the answer.")
@click.option("--is-local", is_flag=True, default=None, help="The server is your own: it may be slow to begin.")
@click.option("--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header to send; may be repeated.")
@click.option("--default-parameters", metavar="JSON", help='Sent with every request, as in {"top_p": 0.9}.')
@click.option("--no-verify-cert", "verify_cert", flag_value=False, default=None, help="Accept any certificate.")
@click.option("--ca-file", metavar="FILE", help="Certificates of a private authority.")
@click.option("--proxy", metavar="URL", help="As in http://proxy:3128 or socks5://127.0.0.1:1080.")
@click.option("--set", "own", multiple=True, metavar="NAME=VALUE", help="A field that only this kind has; repeatable.")
@click.option("--disabled", "enabled", flag_value=False, default=None, help="Add it switched off.")
@as_json
@click.pass_obj
def add_command(studio: Studio, /, key: str | None, key_from_env: str | None, as_json: bool, **options: Any) -> None:
    """Add a connection and print its id.

    A key goes to the system's keychain, or stays in an environment variable; it is never written to the file.
    """
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
        parameters = json_object(given.pop("default_parameters", ""))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    own = given.pop("own", ())
    fields = _begun(given.pop("template", "")) | given
    fields["default_parameters"] = fields.get("default_parameters", {}) | parameters
    kind = _kind(fields)
    if kind:
        fields = {**kind.fields_of_url(fields.get("base_url", "")), **fields, **_own_fields(kind, own)}
    elif own:
        raise click.UsageError("--set needs --provider KIND: only some kinds have fields of their own.")
    name = fields.setdefault("name", host_of(_address(fields)) or given.get("provider") or fields["model"])
    fields.setdefault("id", studio.connections.new_id(name))
    try:
        return Connection.model_validate(fields)
    except ValidationError as error:
        raise click.UsageError(f"The connection cannot be added: {reasons(error)}.") from None


def _begun(template_id: str) -> dict[str, Any]:
    """The fields of a template; tells what has to exist first. Raises ConfigurationError for an unknown one."""
    if not template_id:
        return {}
    template = find(templates(), template_id)
    if template.needs:
        output.notice(template.needs)
    return fields_of(template)


def _kind(fields: dict[str, Any]) -> type[Provider] | None:
    """The kind, as far as it is given or told by the host; a model alone tells it, too, and then it is written down.

    Raises UsageError if nothing tells where the server is, and for an address that is none.
    """
    address = _address(fields)
    try:
        if address:
            checked_address(address)
    except ValueError as error:
        raise click.UsageError(f"The connection cannot be added: base_url {error}.") from None
    if provider := fields.get("provider"):
        return registry.provider_class(provider)
    if address:
        return by_host(address)
    kind = by_model(fields.get("model", ""))
    if kind is None:
        unknown = f"No kind is known for the model “{fields['model']}”. " if "model" in fields else ""
        raise click.UsageError(
            f"{unknown}Give --base-url URL, or --provider KIND for one that has an address of its own, or --template."
        )
    fields["provider"] = kind.kind
    return kind


def _address(fields: Mapping[str, Any]) -> str:
    return fields.get("base_url") or next(iter(fields.get("urls", ())), "")


def _own_fields(kind: type[Provider], given: tuple[str, ...]) -> dict[str, Any]:
    """The fields that only this kind has. Raises UsageError for another one, and for a value that it cannot have."""
    values: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name not in kind.Options.model_fields:
            known = ", ".join(kind.Options.model_fields) or "none"
            raise click.UsageError(f"--set {name}: {kind.label} has these fields of its own: {known}.")
        try:
            values[name] = kind.Options.model_validate({name: value}).model_dump(mode="json")[name]
        except ValidationError as error:
            raise click.UsageError(f"--set {name}: {reason(error.errors()[0])}.") from None
    return values


@click.command("remove")
@click.argument("connections", nargs=-1, required=True, metavar="CONNECTION…")
@click.pass_obj
def remove_command(studio: Studio, connections: tuple[str, ...]) -> None:
    """Remove connections, broken ones too, and their keys from the keychain."""
    file = studio.connections.load()
    for entry in [file.entry(name) for name in connections]:
        studio.connections.forget(studio.connections.remove(entry))
        output.notice(f"Removed “{entry.name or entry.id}”.")
