"""Mistral's list of models."""

from __future__ import annotations

from dataclasses import replace

from chat_studio.providers.values import ModelInfo

_NAMES = {"completion_chat": "completion", "function_calling": "tools", "reasoning": "thinking"}
"""Mistral's names of what a model can do, and the usual ones."""


def in_usual_names(model: ModelInfo) -> ModelInfo:
    """Models for embeddings have no flag of their own, only a name."""
    told = frozenset(_NAMES.get(name, name) for name in model.capabilities)
    return replace(model, capabilities=told | {"embedding"} if "embed" in model.id else told)
