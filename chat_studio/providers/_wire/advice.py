"""What to do next about the failures of one kind of server, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat_studio.errors import EndpointError


@dataclass(frozen=True)
class Advice:
    """What to do about the failures of one kind of server: by the server's own words first, then by their class."""

    by_words: Mapping[str, str] = field(default_factory=dict)
    """Keys are parts of the server's words, in small letters."""
    by_class: Mapping[type[EndpointError], str] = field(default_factory=dict)

    def hint(self, error: EndpointError) -> str:
        """What to do; "" where there is no better advice than the general one."""
        told = error.detail.lower()
        by_words = next((hint for words, hint in self.by_words.items() if words in told), "")
        return by_words or self.by_class.get(type(error), "")
