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
    "enabled": "Enabled",
    "is_local": "Runs on this computer",
    "id": "Id",
    "proxy": "Proxy",
    "ca_file": "CA file",
    "verify_cert": "Verify the server’s certificate",
    "headers": "Headers",
    "connect_timeout": "Connect timeout",
}
"""In the order of the form."""


_SECONDS = ("timeout", "connect_timeout")


def sentence(field: str, problem: str) -> str:
    """A problem of a draft with the name of its field: “Idle timeout must be above 0 s”."""
    label = LABELS.get(field, field)
    unit = " s" if field in _SECONDS and problem[-1:].isdigit() else ""
    return f"{label} {problem}{unit}" if problem.startswith(("must ", "is ")) else f"{label}: {problem}"


def missing(draft: Draft) -> list[str]:
    """The fields of a new connection that must be filled in and were not yet: nothing is wrong in them so far."""
    if draft.saved is not None:
        return []
    return [field for field in LABELS if field in draft.problems and not getattr(draft, field).strip()]


def faults(draft: Draft) -> list[str]:
    """A sentence for each field whose content is wrong."""
    blank = missing(draft)
    wrong = [field for field in LABELS if field in draft.problems and field not in blank]
    return [sentence(field, draft.problems[field]) for field in wrong]


def cannot_save(draft: Draft) -> str:
    """Why a draft cannot be saved, "" if it can."""
    blank = [LABELS.get(field, field) for field in missing(draft)]
    return "; ".join([*faults(draft), *([f"to be filled in: {', '.join(blank)}"] if blank else [])])
