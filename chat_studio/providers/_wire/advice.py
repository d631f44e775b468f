"""What to do next about the failures of one kind of server, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat_studio.errors import EndpointError, Unauthorized

GENERAL = "{general}"
"""Stands in an advice for the general one, which may name the models there are, or the seconds to wait."""


@dataclass(frozen=True)
class Advice:
    """What to do about the failures of one kind of server: by its own words first, then by status, then by class."""

    by_words: Mapping[str, str] = field(default_factory=dict)
    """Keys are parts of the server's words, in small letters."""
    by_class: Mapping[type[EndpointError], str] = field(default_factory=dict)
    """Of `Unauthorized` it is meant for a connection that has a key."""
    by_status: Mapping[int, str] = field(default_factory=dict)
    without_key: str = ""
    """Where the server refuses a connection that has no key, if there is more to do than to enter one."""

    def hint(self, error: EndpointError, *, has_key: bool = True) -> str:
        """What to do; "" where there is no better advice than the general one."""
        told = error.detail.lower()
        hint = next((hint for words, hint in self.by_words.items() if words in told), "")
        hint = hint or self.by_status.get(error.status or 0, "")
        if isinstance(error, Unauthorized) and not has_key:
            return hint or self.without_key
        return _with_general(hint or self.by_class.get(type(error), ""), error.hint)


def _with_general(hint: str, general: str) -> str:
    """An error may be asked about twice: then the general advice holds all of it already."""
    own = hint.replace(GENERAL, "").strip()
    return general if GENERAL in hint and own in general else hint.replace(GENERAL, general).strip()
