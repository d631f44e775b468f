"""Model lists, as OpenAI-compatible servers write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chat_studio.errors import BadResponse
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import ModelInfo

_CONTEXT_KEYS = (
    "max_model_len",  # vLLM
    "loaded_context_length",  # LM Studio, as loaded
    "context_length",  # OpenRouter
    "max_context_length",  # Mistral, LM Studio
    "context_window",  # Groq
    "max_input_tokens",
    "ctx_len",  # Cortex
)
_OUTPUT_KEYS = ("max_completion_tokens", "max_output_tokens")
_NAMES = {
    "tool_use": "tools",
    "trained_for_tool_use": "tools",
    "function_calling": "tools",
    "chat": "completion",
    "completion_chat": "completion",
    "embeddings": "embedding",
    "reasoning": "thinking",
    "vlm": "vision",
}
"""Capabilities under the names that they have here."""

_TYPES = ("embeddings", "embedding", "vlm")
"""Values of LM Studio's `type` that say what a model can do."""


def read_models(body: object) -> list[ModelInfo]:
    """The models of a `GET /models` answer, in its order, each once.

    Raises BadResponse for a body that is no model list.
    """
    items = _items(body)
    if items is None:
        raise BadResponse(
            "The server's list of models cannot be understood.",
            hint="Check the base URL, or type the model's name.",
            detail=str(body)[:300],
        )
    models: dict[str, ModelInfo] = {}
    for item in items:
        model = _model(item)
        if model:
            models.setdefault(model.id, model)
    return list(models.values())


def _items(body: object) -> list[Any] | None:
    if isinstance(body, list):
        return body
    if isinstance(body, Mapping):
        for name in ("data", "models"):
            if isinstance(body.get(name), list):
                return list(body[name])
        if body.get("object") == "list":
            return []  # `data: null`, as some servers write an empty list
    return None


def _model(item: object) -> ModelInfo | None:
    if isinstance(item, str):
        return ModelInfo(item) if item else None
    if not isinstance(item, Mapping):
        return None
    name = next(filter(None, (json_values.text(item.get(key)) for key in ("id", "key", "name", "model"))), "")
    if not name:
        return None
    meta, provider = json_values.mapping(item.get("meta")), json_values.mapping(item.get("top_provider"))
    quantization = item.get("quantization")
    return ModelInfo(
        id=name,
        name=json_values.text(item.get("display_name")),
        context_length=_context(item),
        max_output_tokens=_first(item, _OUTPUT_KEYS) or _first(provider, _OUTPUT_KEYS),
        size=_first(meta, ("size",)) or _first(item, ("size_bytes",)),
        quantization=json_values.text(json_values.mapping(quantization).get("name", quantization)),
        loaded=_loaded(item),
        capabilities=_capabilities(item),
    )


def _context(item: Mapping[str, Any]) -> int | None:
    """The context in force where a model is loaded, else its largest."""
    instances = json_values.items(item.get("loaded_instances"))
    places = (
        json_values.mapping(json_values.mapping(instances[0]).get("config")) if instances else {},
        item,
        json_values.mapping(item.get("top_provider")),
    )
    told = next(filter(None, (_first(place, _CONTEXT_KEYS) for place in places)), None)
    return told or _first(json_values.mapping(item.get("meta")), ("n_ctx", "n_ctx_train"))


def _loaded(item: Mapping[str, Any]) -> bool | None:
    """LM Studio's `state` or `loaded_instances`, or the `status.value` of llama.cpp's router."""
    if isinstance(instances := item.get("loaded_instances"), list):
        return len(instances) > 0
    state = item.get("state") or json_values.mapping(item.get("status")).get("value")
    return state == "loaded" if isinstance(state, str) else None


def _capabilities(item: Mapping[str, Any]) -> frozenset[str]:
    """Names that servers list, or flags that they set; “image” among the input modalities is “vision”.

    A flag may also be an object with what there is to choose (LM Studio's `reasoning`).
    """
    told = item.get("capabilities")
    names = [name for name in json_values.items(told) if isinstance(name, str)]
    flags = json_values.mapping(told).items()
    names += [name for name, has in flags if has is True or json_values.mapping(has)]
    names += [kind for kind in (item.get("type"),) if kind in _TYPES]
    for holder in (item, json_values.mapping(item.get("architecture"))):
        if "image" in json_values.items(holder.get("input_modalities")):
            names.append("vision")
    return frozenset(_NAMES.get(name, name) for name in names)


def _first(item: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        if value := json_values.count(item.get(name)):
            return value
    return None
