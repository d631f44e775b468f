"""Parameters that a server refuses by name: left out or renamed once, remembered for its model."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from chat_studio.errors import EndpointError

_REFUSAL = re.compile(
    "unsupported|not support|unrecogni[sz]ed|unknown|extra inputs|extra fields|not permitted|not allowed|cannot find"
    "|only the default|unexpected keyword|must be verified to",
    re.IGNORECASE,
)
_ESSENTIAL = frozenset({"model", "messages", "tools", "response_format"})
"""What the answer would be wrong without."""

_RENAMED = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}


class Repairs:
    """What one server taught about its models: for each a mapping from a refused field to its replacement, "" for none.

    A value that is out of range is not repaired: the user chose it and should hear of it.
    """

    def __init__(self) -> None:
        self._learned: dict[str, dict[str, str]] = defaultdict(dict)

    def apply(self, model: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body without the fields that this model refuses."""
        repaired = dict(body)
        for field, replacement in self._learned[model].items():
            if field in repaired:
                value = repaired.pop(field)
                if replacement:
                    repaired.setdefault(replacement, value)
        return repaired

    def learn(self, model: str, sent: Mapping[str, Any], error: EndpointError) -> str:
        """Takes the refusal of `sent` to heart; returns what will be done, for the user, or "" if nothing can be."""
        learned = self._learned[model]
        refused = [field for field in _refused(sent, error.detail) if field not in learned]
        for field in refused:
            replacement = _RENAMED.get(field, "")
            learned[field] = "" if replacement in learned else replacement
        if "stream" in refused:
            learned["stream_options"] = ""
        return " ".join(_told(field, learned[field]) for field in refused)


def _refused(sent: Mapping[str, Any], words: str) -> list[str]:
    if not _REFUSAL.search(words):
        return []
    # some name the field in their own spelling: presencePenalty
    text = re.sub("(?<=[a-z])(?=[A-Z])", "_", words).lower()
    return [
        field
        for field in sent
        if field not in _ESSENTIAL and re.search(rf"(?<![a-z0-9_]){re.escape(field.lower())}(?![a-z0-9_])", text)
    ]


def _told(field: str, replacement: str) -> str:
    if replacement:
        return f"The server does not take “{field}”; it was sent as “{replacement}”."
    return f"The server does not take “{field}”; the request was sent without it."
