"""Connections that environment variables, or those of a `.env` file, speak of."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from chat_studio.connections.env_file import read_env_file
from chat_studio.connections.model import Connection
from chat_studio.connections.proposal import Candidate, Proposal, kind_of, usable_address
from chat_studio.connections.recognition import by_host, by_key, by_model
from chat_studio.providers import registry
from chat_studio.providers.base import Provider
from chat_studio.providers.values import Variables

__all__ = ["Proposal", "proposals", "read_env_file", "same"]

GENERAL = Variables(("LLM_API_KEY",), ("LLM_BASE_URL",), "LLM")
"""Variables that name no kind; `LLM_PROVIDER` does, or the address, the key or the model tell it."""
WANTED = "LLM_PROVIDER"


def proposals(
    variables: Mapping[str, str], taken: Collection[str], environment: Mapping[str, str] = os.environ
) -> tuple[Proposal, ...]:
    """One for each kind that the variables speak of, with ids that are not `taken`; the preferred one first.

    Imports every kind: call it in a thread.
    """
    given = {name: text.strip() for name, text in variables.items() if text.strip()}
    general = _general_kind(given)
    ids = set(taken)
    found: list[Proposal] = []
    for kind in (None, *map(registry.provider_class, registry.kinds())):
        sources = [GENERAL] if kind is general else []
        sources += [kind.variables] if kind else []
        candidate = Candidate(kind, sources, given)
        if sources and (candidate.is_there or (kind is general and WANTED in given)):
            proposal = candidate.proposal(ids, environment)
            ids.add(proposal.connection.id)
            found.append(replace(proposal, preferred=kind is general))
    found.sort(key=lambda proposal: not proposal.preferred)
    wanted = given.get(WANTED, "")
    if found and wanted and _named_kind(wanted) is None:
        told = f"{WANTED}: there is no provider “{wanted}”."
        found[0] = replace(found[0], problems=(told, *found[0].problems))
    return tuple(found)


def same(proposed: Connection, existing: Connection) -> bool:
    """Whether a connection that exists leads to the same model of the same server."""
    return _place(proposed) == _place(existing)


def _general_kind(given: Mapping[str, str]) -> type[Provider] | None:
    """The kind that the variables without a kind are for, None if they do not tell."""
    guesses: tuple[tuple[str, Callable[[str], type[Provider] | None]], ...] = (
        (WANTED, _named_kind),
        ("LLM_BASE_URL", by_host),
        ("LLM_API_KEY", by_key),
        ("LLM_MODEL", by_model),
    )
    for name, guess in guesses:
        text = given.get(name, "")
        if name in GENERAL.address:
            text, _ = usable_address(text)
        kind = guess(text) if text else None
        if kind is not None:
            return kind
        if text and name in GENERAL.address:
            return None  # a server of one's own: neither the key nor the model tell which
    return None


def _named_kind(text: str) -> type[Provider] | None:
    """The kind of this name or label, or with this word in its label, however it is spelled: “OpenAI”, “lm-studio”."""
    wanted = _letters(text)
    kinds = [registry.provider_class(kind) for kind in registry.kinds()]
    exact = [kind for kind in kinds if wanted in (_letters(kind.kind), _letters(kind.label))]
    within = [kind for kind in kinds if wanted in map(_letters, kind.label.split())]
    return exact[0] if exact else within[0] if len(within) == 1 else None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _place(connection: Connection) -> tuple[str, str, str]:
    kind = kind_of(connection)
    address = connection.base_url or (kind.default_base_url if kind else "")
    address = kind.normalise_url(address) if kind and address else address.rstrip("/")
    return connection.provider, address.replace("//localhost", "//127.0.0.1", 1), connection.model
