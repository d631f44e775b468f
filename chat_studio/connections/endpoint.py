"""A connection made ready for use: its address made canonical, its key looked up."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from chat_studio.connections.model import Connection
from chat_studio.connections.recognition import host_of, takes_usual_key
from chat_studio.connections.secrets import FROM_ENVIRONMENT, REFERENCE, Secrets
from chat_studio.connections.texts import reason
from chat_studio.errors import ConfigurationError, KeyUnavailable, StudioError
from chat_studio.providers.base import Provider
from chat_studio.providers.values import Endpoint, Options


def endpoint_for(
    connection: Connection,
    kind: type[Provider],
    secrets: Secrets,
    *,
    typed_key: str = "",
    environment: Mapping[str, str] = os.environ,
) -> Endpoint:
    """The endpoint of a connection of this kind; `typed_key` is one that was not stored yet.

    Reads the keychain: call it in a thread. Raises KeyUnavailable, or ConfigurationError for an address or a ca_file
    that cannot be used.
    """
    try:
        address = address_of(connection, kind)
        options = options_of(connection, kind)
        check_ca_file(connection)
        key = typed_key or stated_key(connection, secrets, environment)
        key = key or _usual_key(connection, kind, address, environment)
    except StudioError as error:
        error.on(connection.name)
        raise
    return Endpoint(
        name=connection.name,
        base_url=address,
        model=connection.model,
        api_key=key.strip(),
        timeout=connection.timeout,
        connect_timeout=connection.connect_timeout,
        short_timeout=connection.short_timeout,
        max_tokens=connection.max_tokens,
        temperature=connection.temperature,
        headers=connection.headers,
        default_parameters=connection.default_parameters,
        urls=tuple(connection.urls),
        verify_cert=connection.verify_cert,
        ca_file=connection.ca_file,
        proxy=connection.proxy,
        is_local=connection.is_local,
        options=options,
    )


def address_of(connection: Connection, kind: type[Provider]) -> str:
    """The canonical base URL; "" for a kind without a server. Raises ConfigurationError for the sample's address."""
    if not kind.needs_address:
        return ""
    if connection.is_placeholder:
        raise ConfigurationError(
            f"“{connection.name}” still has the example's address, {host_of(connection.first_address)}.",
            hint="Put the name of your own server into its base URL.",
        )
    typed = connection.first_address or kind.default_base_url
    if not typed:
        raise ConfigurationError(f"“{connection.name}” has no address.", hint="Give it a base URL.")
    return kind.normalise_url(typed)


def options_of(connection: Connection, kind: type[Provider]) -> Options:
    """The fields of the entry that only this kind has. Raises ConfigurationError for one that it does not take."""
    entry = connection.model_extra or {}
    stated = {name: entry[name] for name in kind.Options.model_fields if entry.get(name) not in (None, "")}
    told = kind.fields_of_url(connection.first_address)  # by the address, in a file that was edited by hand
    given = {name: told[name] for name in kind.Options.model_fields if name in told} | stated
    try:
        return kind.Options.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigurationError(
            f"“{connection.name}” cannot be used: {'.'.join(map(str, first['loc']))}: {reason(first)}.",
            hint="Change it in the connection's settings.",
        ) from None


def check_ca_file(connection: Connection) -> None:
    """Raises ConfigurationError for a ca_file that does not exist."""
    if connection.verify_cert and connection.ca_file and not Path(connection.ca_file).expanduser().exists():
        raise ConfigurationError(
            f"The ca_file of “{connection.name}” does not exist: {connection.ca_file}.",
            hint="Set it to the file with the authority's certificate, or clear it.",
        )


def stated_key(connection: Connection, secrets: Secrets, environment: Mapping[str, str] = os.environ) -> str:
    """The key that the connection itself names, "" if it names none. Raises KeyUnavailable if it is not there."""
    api_key = connection.api_key or ""
    if api_key.startswith(REFERENCE):
        return secrets.get(api_key)
    if api_key.startswith(FROM_ENVIRONMENT):
        return _variable(api_key.removeprefix(FROM_ENVIRONMENT), connection, environment)
    if not api_key and connection.api_key_env_var:
        return _variable(connection.api_key_env_var, connection, environment)
    return api_key


def _variable(name: str, connection: Connection, environment: Mapping[str, str]) -> str:
    if key := environment.get(name, "").strip():
        return key
    raise KeyUnavailable(
        f"The environment variable {name}, from which “{connection.name}” takes its key, is not set.",
        hint=f"Set {name} and start Chat Studio again, or type a key into the connection.",
    )


def _usual_key(connection: Connection, kind: type[Provider], address: str, environment: Mapping[str, str]) -> str:
    """For a kind that needs a key, on its own hosts only: the key of the variable that everyone keeps it in."""
    if not kind.needs_key or not takes_usual_key(kind, address):
        return ""
    if strangers := [host_of(url) for url in connection.urls if not takes_usual_key(kind, url)]:
        raise KeyUnavailable(
            f"“{connection.name}” has no key, and {kind.label}'s usual one is not sent to {strangers[0]}.",
            hint=f"Type the key into the connection, or set its api_key to “{FROM_ENVIRONMENT}NAME” of a variable.",
        )
    for name in kind.variables.key:
        if key := environment.get(name, "").strip():
            return key
    raise KeyUnavailable(
        f"{kind.label} wants a key, and “{connection.name}” has none.",
        hint=f"Type the key into the connection, or set {kind.variables.usual_key} and start Chat Studio again.",
    )
