"""What the fields of a connection are called in the window."""

from __future__ import annotations

from collections.abc import Mapping

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
    "id": "Id",
    "headers": "Headers",
    "proxy": "Proxy",
    "ca_file": "CA file",
    "connect_timeout": "Connect timeout",
    "is_local": "Runs on this computer",
    "enabled": "Enabled",
    "verify_cert": "Verify the server’s certificate",
}


def sentence(field: str, problem: str) -> str:
    """A problem of a draft with the name of its field: “Idle timeout must be above 0”."""
    label = LABELS.get(field, field)
    return f"{label} {problem}" if problem.startswith(("must ", "is ")) else f"{label}: {problem}"


def cannot_save(problems: Mapping[str, str]) -> str:
    """Why a draft cannot be saved, "" if it can."""
    return "; ".join(sentence(field, problem) for field, problem in problems.items())
