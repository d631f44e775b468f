"""What a server refuses by name is left out or said differently once, and remembered for its model."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chat_studio.errors import EndpointError
from chat_studio.providers._chat_completions.quirks import Quirks

_REFUSAL = re.compile(
    "unsupported|not support|unrecogni[sz]ed|unknown|extra inputs|extra fields|not permitted|not allowed|cannot find"
    "|deprecated for|only the default|unexpected keyword|must be verified to",
    re.IGNORECASE,
)
_ROLE_REFUSAL = re.compile(
    r"(?:system|developer)\b.{0,40}\b(?:role\b|not supported|not allowed)"
    r"|roles?\b.{0,60}\b(?:system|developer)\b|roles must alternate",
    re.IGNORECASE,
)
"""Also what chat templates without a system role say: “System role not supported” (gemma, under several servers)."""

_NO_STREAM = re.compile(
    r"(?:not support|unsupported|cannot|no support for|disable).{0,24}\bstream"
    r"|\bstream(?:ing)?\b(?!_).{0,24}(?:unsupported|disabled|unavailable"
    r"|(?:not|n't) (?:yet |currently )?(?:support|available|allowed|enabled|implemented))",
    re.IGNORECASE,
)
"""Also “Error in `stream`: `stream` is not supported for this model” (Hugging Face, huggingface/chat-ui#296)."""
_NO_CHAT = re.compile(
    r"not a chat model|does not support chat\b(?! ?history)|use v1/completions"
    r"|default chat template is no longer allowed|(?:provide|set|define|have) a chat[ _]template",
    re.IGNORECASE,
)

_ESSENTIAL = frozenset({"model", "messages", "prompt", "tools", "response_format"})
"""What the answer would be wrong without."""

_RENAMED = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_NEXT_ROLE = {"developer": "system", "system": "user"}


class Repairs:
    """What one server taught about its models: for each a mapping from a refused field to its replacement, "" for none.

    A value that is out of range is not repaired: the user chose it and should hear of it.
    """

    def __init__(self, *, may_complete: bool = True) -> None:
        """`may_complete`: a model that holds no conversations may be asked to go on with the text instead."""
        self._may_complete = may_complete
        self._learned: dict[str, dict[str, str]] = defaultdict(dict)
        self._quirks: dict[str, Quirks] = {}
        self._base_models: set[str] = set()

    def quirks(self, model: str, declared: Quirks) -> Quirks:
        """The quirks that this model turned out to have."""
        return self._quirks.get(model, declared)

    def is_base_model(self, model: str) -> bool:
        """Whether it holds no conversations, but goes on with texts."""
        return model in self._base_models

    def apply(self, model: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body without the fields that this model refuses."""
        repaired = dict(body)
        for field, replacement in self._learned[model].items():
            if field in repaired:
                value = repaired.pop(field)
                if replacement:
                    repaired.setdefault(replacement, value)
        return repaired

    def learn(self, model: str, sent: Mapping[str, Any], error: EndpointError, quirks: Quirks) -> str:
        """Takes the refusal of `sent` to heart; returns what will be done, for the user, or "" if nothing can be."""
        words = error.detail
        if self._may_complete and _NO_CHAT.search(words) and "messages" in sent:
            self._base_models.add(model)
            return f"“{model}” holds no conversations: it was asked to go on with the text instead."
        return self._learn_role(model, sent, words, quirks) or self._learn_fields(model, sent, words)

    def _learn_role(self, model: str, sent: Mapping[str, Any], words: str, quirks: Quirks) -> str:
        roles = {message.get("role") for message in sent.get("messages", ()) if isinstance(message, Mapping)}
        role = quirks.system_role
        if role not in roles or role not in _NEXT_ROLE or not _ROLE_REFUSAL.search(words):
            return ""
        self._quirks[model] = replace(quirks, system_role=_NEXT_ROLE[role])  # type: ignore[arg-type]
        if _NEXT_ROLE[role] == "user":
            return "The model takes no system prompt; it was sent with the first question."
        return f"The server does not take the role “{role}”; the system prompt was sent as “{_NEXT_ROLE[role]}”."

    def _learn_fields(self, model: str, sent: Mapping[str, Any], words: str) -> str:
        learned = self._learned[model]
        refused = [field for field in _refused(sent, words) if field not in learned]
        for field in refused:
            replacement = _RENAMED.get(field, "")
            learned[field] = "" if replacement in learned else replacement
        if "stream" in refused:
            learned["stream_options"] = ""
        return " ".join(_told(field, learned[field]) for field in refused)


def _refused(sent: Mapping[str, Any], words: str) -> list[str]:
    if _NO_STREAM.search(words) and sent.get("stream") and "stream_options" not in words:
        return ["stream"]
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
    if field == "stream":
        return "The server does not take “stream”: the answer comes whole."
    return f"The server does not take “{field}”; the request was sent without it."
