"""Ollama's models: those on its disk, those in memory, and what it tells of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chat_studio.errors import BadResponse
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import ModelInfo


def read_models(tags: object, running: object) -> list[ModelInfo]:
    """The entries of `/api/tags`, with what `/api/ps` tells of those in memory; {} is an answer that did not come.

    Raises BadResponse for a body that is no list of Ollama's.
    """
    listed = json_values.mapping(tags).get("models")
    if not isinstance(listed, list):
        raise BadResponse("The server's list of models is not Ollama's.", detail=str(tags)[:300])
    models = [_model(item) for item in listed if isinstance(item, Mapping) and _name(item)]
    loaded = json_values.mapping(running).get("models")
    if not isinstance(loaded, list):
        return models
    allocated = {
        _name(item): json_values.count(item.get("context_length")) for item in loaded if isinstance(item, Mapping)
    }
    return [
        replace(model, loaded=model.id in allocated, context_length=allocated.get(model.id) or model.context_length)
        for model in models
    ]


def described(model: str, shown: object) -> ModelInfo:
    """What `/api/show` tells of one model, `context_length` being its largest."""
    told = json_values.mapping(shown)
    facts = json_values.mapping(told.get("model_info"))
    context = facts.get(f"{json_values.text(facts.get('general.architecture'))}.context_length")
    return replace(_model({**told, "model": model}), context_length=json_values.count(context) or None)


def _model(item: Mapping[str, Any]) -> ModelInfo:
    """An entry of `/api/tags`; old servers tell neither context nor capabilities."""
    details = json_values.mapping(item.get("details"))
    return ModelInfo(
        id=_name(item),
        context_length=json_values.count(details.get("context_length")) or None,
        size=json_values.count(item.get("size")),
        quantization=json_values.text(details.get("quantization_level")),
        capabilities=frozenset(name for name in json_values.items(item.get("capabilities")) if isinstance(name, str)),
    )


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("model") or item.get("name") or "")
