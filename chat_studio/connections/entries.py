"""Entries of the file to connections, and a changed connection back into its entry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue, ValidationError

from chat_studio.connections.document import Document, Item
from chat_studio.connections.model import BrokenConnection, Connection, Entry
from chat_studio.connections.texts import reason

SEED = ("id", "name", "base_url", "model", "api_key", "timeout", "max_tokens", "temperature", "is_local")
"""Fields that a new entry always spells out."""


def read_entries(document: Document) -> tuple[Entry, ...]:
    """Every entry in the file's order. What cannot be used is a BrokenConnection with its line and reason."""
    entries: list[Entry] = []
    first_line: dict[str, int] = {}
    for position, item in enumerate(document.items):
        entry = _read(item, position)
        if isinstance(entry, Connection) and entry.id in first_line:
            entry = _broken(item, position, f"has the same id as the entry in line {first_line[entry.id]}")
        elif isinstance(entry, Connection):
            first_line[entry.id] = item.line
        entries.append(entry)
    return tuple(entries)


def merged(raw: Mapping[str, JsonValue], connection: Connection, base: Connection) -> dict[str, JsonValue]:
    """`raw` with what differs between `base` and `connection`; all else, known or not, stays as it is spelled."""
    before, after = _fields(base), _fields(connection)
    changes = {key: value for key, value in after.items() if key not in before or before[key] != value}
    return {**raw, **changes}


def new_entry(connection: Connection) -> dict[str, JsonValue]:
    """The entry of a new connection: the seed fields, whatever else differs from its default, unknown keys."""
    fields = _fields(connection)
    defaults = {
        key: info.get_default(call_default_factory=True)
        for key, info in Connection.model_fields.items()
        if key in fields
    }
    kept = {key: value for key, value in fields.items() if key not in defaults or defaults[key] != value}
    return {key: fields[key] for key in SEED} | kept


def _fields(connection: Connection) -> dict[str, JsonValue]:
    """All fields and unknown keys as JSON spells them: 300, not 300.0."""
    dumped: dict[str, Any] = connection.model_dump(mode="json")
    whole = {key: int(value) for key, value in dumped.items() if isinstance(value, float) and value.is_integer()}
    return dumped | whole


def _read(item: Item, position: int) -> Entry:
    if not isinstance(item.value, dict):
        return _broken(item, position, "is not an object in braces")
    try:
        json.dumps(item.value, allow_nan=False)
        return Connection.model_validate(item.value)
    except ValidationError as error:
        return _broken(item, position, reasons(error))
    except ValueError:
        return _broken(item, position, "has a number that JSON does not know (NaN or Infinity)")


def reasons(error: ValidationError) -> str:
    """All that pydantic found, as the end of a sentence: “timeout must be above 0; name must be given”."""
    found = []
    for details in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in details["loc"])
        found.append(f"{field} {reason(details).replace('input should be', 'must be')}".strip())
    return "; ".join(found)


def _broken(item: Item, position: int, why: str) -> BrokenConnection:
    raw = item.value if isinstance(item.value, dict) else {}
    texts = {key: text if isinstance(text := raw.get(key), str) else "" for key in ("id", "name")}
    return BrokenConnection(position=position, line=item.line, reason=why, **texts)
