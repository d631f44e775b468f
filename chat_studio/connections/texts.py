"""The fields of a connection as texts that people write: to values and back, with the reason for what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from pydantic_core import ErrorDetails

from chat_studio.connections.model import checked_address

_ONE_LINE = 56
"""Characters of JSON that are shown on one line; more is indented."""


def free_id(name: str, taken: Collection[str]) -> str:
    """An id made of a name, lower case, that is not taken."""
    stem = re.sub(r"[^\w.]+", "-", name.strip().lower()).strip("-.") or "connection"
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


def parse_headers(text: str) -> dict[str, str]:
    """The headers of a text with one “Name: value” a line. Raises ValueError with the line of a fault."""
    headers: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not name:
            raise ValueError(f"line {number}: write it as “Name: value”")
        if name.lower() in map(str.lower, headers):
            raise ValueError(f"line {number}: “{name}” stands there twice")
        headers[name] = value
    return headers


def parse_addresses(text: str) -> list[str]:
    """The addresses of a text with one a line. Raises ValueError with the line of a fault."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for number, line in lines:
        try:
            checked_address(line)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}" if len(lines) > 1 else str(error)) from error
    return [line for _, line in lines]


def text_of(field: str, value: object) -> str:
    """What a form shows for the value of a field; "" for null and for empty objects."""
    if value is None:
        return ""
    if field == "headers" and isinstance(value, dict):
        return "\n".join(f"{name}: {content}" for name, content in value.items())
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if field == "default_parameters":
        flat = json.dumps(value, ensure_ascii=False) if value else ""
        return flat if len(flat) <= _ONE_LINE else json.dumps(value, ensure_ascii=False, indent=2)
    return f"{int(value)}" if isinstance(value, float) and value.is_integer() else str(value)


def reason(details: ErrorDetails) -> str:
    """What one of pydantic's findings means, as the end of a sentence that begins with the field."""
    context = details.get("ctx", {})
    if details["type"] == "value_error":
        return str(context["error"])
    template = _REASONS.get(details["type"])
    if template is None:
        said = details["msg"][:1].lower() + details["msg"][1:]
        return said.replace("input should be", "must be")
    told = {name: f"{limit:,g}" if isinstance(limit, int | float) else limit for name, limit in context.items()}
    return template.format(**told)


_REASONS = {
    "missing": "must be given",
    "string_too_short": "must be given",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large",
    "float_parsing": "must be a number, like 0.7",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "list_type": 'must be a list, as in ["…"]',
    "string_type": "must be a text, in quotes",
    "dict_type": "must be an object, as in {{…}}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
}
