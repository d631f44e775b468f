"""Which kind of endpoint a connection is, as far as its texts tell without asking anyone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import SplitResult, urlsplit

from chat_studio.providers import registry
from chat_studio.providers.base import Provider

FALLBACK = "custom"
"""The kind of a server that is none of the others: OpenAI-compatible in some way."""

TAGGED = "ollama"
"""The kind whose models are named `name:tag`."""


@dataclass(frozen=True)
class Recognised:
    """A kind, and a sentence about why it is thought to be that.

    `base_url` is an address below which the server listed its models, "" if none is known to be right. `needs_key`
    says that it refused to answer without one.
    """

    kind: str
    why: str
    base_url: str = ""
    needs_key: bool = False


_TAGGED_NAME = re.compile(r"[a-z0-9][\w.-]*(?:/[\w.-]+)*:[\w.-]+")


def owns(kind: type[Provider], base_url: str) -> bool:
    """Whether the address is one of the kind's own hosts."""
    return _fits(host_of(base_url), kind.recognition.hosts) > 0


def takes_usual_key(kind: type[Provider], base_url: str) -> bool:
    """Whether the address is one that the kind's usual key is for."""
    return _fits(host_of(base_url), kind.recognition.key_hosts or kind.recognition.hosts) > 0


def by_host(base_url: str) -> type[Provider] | None:
    """The kind whose own host it is; of several the one that names it most closely."""
    host = host_of(base_url)
    best = max(_kinds(), key=lambda kind: _fits(host, kind.recognition.hosts))
    return best if _fits(host, best.recognition.hosts) else None


def by_key(key: str) -> type[Provider] | None:
    """The kind whose keys begin like this one; of several the one with the longest beginning."""
    best = max(_kinds(), key=lambda kind: _begins(key, kind.recognition.key_prefixes))
    return best if _begins(key, best.recognition.key_prefixes) else None


def by_model(model: str) -> type[Provider] | None:
    """The kind that models of this name come from: `claude-…`, `gpt-…`, or `name:tag` for Ollama."""
    name = model.lower()
    ending = next((kind for kind in _kinds() if name.endswith(kind.recognition.model_suffixes or ("\0",))), None)
    if ending:
        return ending
    if _TAGGED_NAME.fullmatch(model):  # before the beginnings: `gpt-oss:20b` is no name of OpenAI's
        return registry.provider_class(TAGGED)
    best = max(_kinds(), key=lambda kind: _begins(name, kind.recognition.model_prefixes))
    return best if _begins(name, best.recognition.model_prefixes) else None


def guess(model: str) -> Recognised | None:
    """The kind that a model's name alone tells of, None if it tells nothing."""
    kind = by_model(model)
    return Recognised(kind.kind, f"The model “{model}” is {kind.label}'s.") if kind else None


def by_port(base_url: str) -> type[Provider] | None:
    """The kind that usually has this port: a guess, not a verdict."""
    try:
        port = _split(base_url).port
    except ValueError:
        return None
    return next((kind for kind in _kinds() if port in kind.recognition.ports), None)


def usual_ports() -> dict[int, list[str]]:
    """The ports of programs that people run themselves, each with the names of those that usually have it."""
    ports: dict[int, list[str]] = {}
    for kind in _kinds():
        for port in kind.recognition.ports:
            ports.setdefault(port, []).append(kind.label)
    return ports


def askable() -> tuple[type[Provider], ...]:
    """The kinds that may recognise a server by its answers."""
    return tuple(kind for kind in _kinds() if kind.needs_address and kind.kind != FALLBACK)


def host_of(base_url: str) -> str:
    """The host of an address, with or without scheme; "" if it has none, and for what is no address."""
    try:
        return _split(base_url).hostname or ""
    except ValueError:
        return ""


def place_of(base_url: str) -> str:
    """Host and port of an address, without user and password; "" if it has none."""
    try:
        return _split(base_url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _split(base_url: str) -> SplitResult:
    return urlsplit(base_url if "://" in base_url else f"//{base_url}")


def _fits(host: str, patterns: tuple[str, ...]) -> int:
    """The length of the longest pattern that the host fits, 0 if none does."""
    return max((len(pattern) for pattern in patterns if fnmatchcase(host, pattern)), default=0)


def _begins(text: str, prefixes: tuple[str, ...]) -> int:
    return max((len(prefix) for prefix in prefixes if text.startswith(prefix)), default=0)


def _kinds() -> tuple[type[Provider], ...]:
    return tuple(map(registry.provider_class, registry.kinds()))
