"""Asking Gemini for its thoughts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}
"""Tokens that models before Gemini 3 think for, by effort (Google's documentation, 2026)."""


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
