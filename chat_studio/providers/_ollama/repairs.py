"""What Ollama refuses of a model is asked for differently once, and remembered for that model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chat_studio.errors import EndpointError


class Repairs:
    """What one server taught about its models."""

    def __init__(self) -> None:
        self._base_models: set[str] = set()
        self._thoughtless: set[str] = set()

    def is_base_model(self, model: str) -> bool:
        """Whether it holds no conversations, but goes on with texts."""
        return model in self._base_models

    def apply(self, model: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body without what this model refuses."""
        return {name: value for name, value in body.items() if name != "think" or model not in self._thoughtless}

    def learn(self, model: str, sent: Mapping[str, Any], error: EndpointError, *, may_generate: bool) -> str:
        """Takes the refusal of `sent` to heart; returns what will be done, for the user, or "" if nothing can be."""
        if "does not support thinking" in error.detail and "think" in sent:
            self._thoughtless.add(model)
            return f"“{model}” does not think: it was asked without “think”."
        if "does not support chat" in error.detail and "messages" in sent and may_generate:
            self._base_models.add(model)
            return f"“{model}” holds no conversations: it was asked to go on with the text instead."
        return ""
