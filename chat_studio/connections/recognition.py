"""Which kind of endpoint a connection is, as far as its texts tell without asking anyone."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from chat_studio.providers import registry
from chat_studio.providers.base import Provider

FALLBACK = "custom"
"""The kind of a server that is none of the others: OpenAI-compatible in some way."""


def owns(kind: type[Provider], base_url: str) -> bool:
    """Whether the address is one of the kind's own hosts."""
    host = host_of(base_url)
    return any(host == known or (known.startswith(".") and host.endswith(known)) for known in kind.recognition.hosts)


def by_host(base_url: str) -> type[Provider] | None:
    """The kind whose own host it is."""
    return next((kind for kind in _kinds() if owns(kind, base_url)), None)


def by_model(model: str) -> type[Provider] | None:
    """The kind that models of this name come from."""
    return next((kind for kind in _kinds() if model.startswith(kind.recognition.model_prefixes or ("\0",))), None)


def by_port(base_url: str) -> type[Provider] | None:
    """The kind that usually has this port: a guess, not a verdict."""
    port = _split(base_url).port
    return next((kind for kind in _kinds() if port in kind.recognition.ports), None)


def askable() -> tuple[type[Provider], ...]:
    """The kinds that may recognise a server by its answers."""
    return tuple(kind for kind in _kinds() if kind.needs_address and kind.kind != FALLBACK)


def host_of(base_url: str) -> str:
    """The host of an address, with or without scheme; "" if it has none."""
    return _split(base_url).hostname or ""


def _split(base_url: str) -> SplitResult:
    return urlsplit(base_url if "://" in base_url else f"//{base_url}")


def _kinds() -> tuple[type[Provider], ...]:
    return tuple(map(registry.provider_class, registry.kinds()))
