"""A connection as it may be shown to anyone: without keys and passwords."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from pydantic import JsonValue

from chat_studio.connections.model import Connection
from chat_studio.connections.secrets import is_literal

MASK = "•••"
_SECRET_NAMES = re.compile(r"auth|key|token|secret|cookie|passw|credential", re.IGNORECASE)
_NOT_SECRET = frozenset({"api_key_env_var", "max_tokens"})


def masked(connection: Connection) -> dict[str, JsonValue]:
    """All fields, unknown ones among them. References to keys stay; keys, and whatever is named like one, do not."""
    return masked_entry(connection.model_dump(mode="json"))


def masked_entry(fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """An entry as it stands in the file, in whatever state, masked as `masked` does."""
    return {name: _masked_field(name, value) for name, value in fields.items()}


def _masked_field(name: str, value: JsonValue) -> JsonValue:
    if name == "api_key":
        return MASK if not isinstance(value, str | None) or is_literal(value) else value
    if name in ("proxy", "base_url") and isinstance(value, str):
        return masked_address(value)
    if name == "urls" and isinstance(value, list):
        return [masked_address(url) if isinstance(url, str) else url for url in value]
    return value if name in _NOT_SECRET else _masked(name, value)


def _masked(name: str, value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {inner: _masked(inner, content) for inner, content in value.items()}
    if isinstance(value, list):
        return [_masked(name, content) for content in value]
    return MASK if isinstance(value, str) and value and _SECRET_NAMES.search(name) else value


def masked_address(url: str) -> str:
    """An address without its password, and without what its query holds under the name of a secret (`?key=…`).

    A user's name that stands alone before the host is mostly a token, and is not shown either.
    """
    parts = urlsplit(url if "://" in url else f"//{url}")
    query = "&".join(map(_masked_pair, parts.query.split("&")))
    if parts.username is None and query == parts.query:
        return url
    name = f"{parts.username}:" if parts.password is not None else ""
    user = f"{name}{MASK}@" if parts.username is not None else ""
    shown = urlunsplit(parts._replace(netloc=user + parts.netloc.rpartition("@")[2], query=query))
    return shown if "://" in url else shown.removeprefix("//")


def _masked_pair(pair: str) -> str:
    name, given, _ = pair.partition("=")
    return f"{name}={MASK}" if given and _SECRET_NAMES.search(name) else pair
