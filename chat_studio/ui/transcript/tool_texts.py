"""Arguments and results of tools, as they are shown."""

from __future__ import annotations

import json

MOST_READ = 100_000
"""Characters of JSON that are read to show their structure: some milliseconds."""


def pretty(text: str) -> str:
    """JSON with its structure shown; anything else as it is."""
    if len(text) > MOST_READ:
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def summary(arguments: str) -> str:
    """The arguments in one short line: the value of a lone one, else names and values."""
    if len(arguments) > MOST_READ:
        return arguments
    try:
        values = json.loads(arguments)
    except (ValueError, RecursionError):
        return arguments
    if not isinstance(values, dict):
        return arguments
    if len(values) == 1:
        return _word(next(iter(values.values())))
    return ", ".join(f"{name}: {_word(value)}" for name, value in values.items())


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def fenced(text: str) -> str:
    """As code, whatever stands in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    language = "json" if text.lstrip()[:1] in ("{", "[") else ""
    return f"{fence}{language}\n{text}\n{fence}"


def duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
