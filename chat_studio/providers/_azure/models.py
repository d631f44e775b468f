"""The base models that an Azure resource lists; its deployments it does not."""

from __future__ import annotations

from dataclasses import replace

from chat_studio.providers._openai.models import known
from chat_studio.providers.values import ModelInfo

_CAPABILITIES = {"chat_completion": "completion", "completion": "text_completion", "inference": "", "fine_tune": ""}
"""Azure's names of what a base model can do, and the usual ones."""


def base_model(model: ModelInfo) -> ModelInfo:
    """An entry of the list, told apart from deployments, which alone answer."""
    told = frozenset(_CAPABILITIES.get(name, name) for name in model.capabilities) - {""}
    return known(replace(model, name=f"{model.id} (base model, not a deployment)", capabilities=told))
