"""What the fields of a connection are called in the window, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping

from chat_studio.connections.draft import Draft

LABELS: Mapping[str, str] = {
    "name": "Name",
    "base_url": "Address",
    "provider": "Kind",
    "model": "Model",
    "api_key": "API key",
    "api_key_env_var": "Key variable",
    "temperature": "Temperature",
    "max_tokens": "Max tokens",
    "timeout": "Idle timeout",
    "default_parameters": "Extra parameters",
    "context_length": "Context length",
    "price_input": "Input price",
    "price_output": "Output price",
    "enabled": "Enabled",
    "is_local": "Runs on this computer",
    "id": "Id",
    "urls": "Replicas",
    "proxy": "Proxy",
    "ca_file": "CA file",
    "verify_cert": "Verify the server’s certificate",
    "headers": "Headers",
    "connect_timeout": "Connect timeout",
    "short_timeout": "Short timeout",
}
"""In the order of the form. The fields that only some kinds have come with their own titles, after the id."""


_SECONDS = ("timeout", "connect_timeout", "short_timeout")


def labels(draft: Draft) -> Mapping[str, str]:
    """The names of all fields that the form of a draft shows."""
    return {**LABELS, **{option.name: option.title for option in draft.own_fields}}


def sentence(draft: Draft, field: str) -> str:
    """The problem of a field with its name: “Idle timeout must be above 0 s”."""
    problem = draft.problems[field]
    label = labels(draft).get(field, field)
    unit = " s" if field in _SECONDS and problem[-1:].isdigit() else ""
    return f"{label} {problem}{unit}" if problem.startswith(("must ", "is ")) else f"{label}: {problem}"


def missing(draft: Draft) -> list[str]:
    """The fields of a new connection that must be filled in and were not yet: nothing is wrong in them so far."""
    if draft.saved is not None:
        return []
    return [field for field in labels(draft) if field in draft.problems and not _is_filled(draft, field)]


def faults(draft: Draft) -> list[str]:
    """A sentence for each field whose content is wrong."""
    blank = missing(draft)
    return [sentence(draft, field) for field in labels(draft) if field in draft.problems and field not in blank]


def cannot_save(draft: Draft) -> str:
    """Why a draft cannot be saved, "" if it can."""
    named = labels(draft)
    blank = [named[field] for field in missing(draft)]
    return "; ".join([*faults(draft), *([f"to be filled in: {', '.join(blank)}"] if blank else [])])


def _is_filled(draft: Draft, field: str) -> bool:
    given = getattr(draft, field) if field in LABELS else draft.options.get(field, "")
    return bool(given.strip() if isinstance(given, str) else given)
