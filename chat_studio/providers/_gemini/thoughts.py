"""Asking Gemini for its thoughts, and signing calls that it did not make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

_BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}
"""Tokens that models before Gemini 3 think for, by effort (Google's documentation, 2026)."""

UNSIGNED: Mapping[str, JsonValue] = {
    "extra_content": {"google": {"thought_signature": "skip_thought_signature_validator"}}
}
"""What a call must carry that no Gemini signed (Google's documentation of thought signatures)."""


def with_thoughts(model: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Asks for the thoughts, unless the user's own parameters say something of thinking.

    An effort goes into the same place then: Gemini refuses both side by side.
    """
    if "extra_body" in body:
        return dict(body)
    config: dict[str, Any] = {"include_thoughts": True}
    effort = body.get("reasoning_effort")
    if effort and model.rpartition("/")[2].startswith(("gemini-1", "gemini-2")):
        config["thinking_budget"] = _BUDGETS.get(effort, -1)
    elif effort:
        config["thinking_level"] = effort
    asked = {name: value for name, value in body.items() if name != "reasoning_effort"}
    return asked | {"extra_body": {"google": {"thinking_config": config}}}
