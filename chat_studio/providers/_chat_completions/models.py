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
)
_OUTPUT_KEYS = ("max_completion_tokens", "max_output_tokens")


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
    name = next((item[key] for key in ("id", "name", "model") if isinstance(item.get(key), str) and item[key]), "")
    if not name:
        return None
    meta, provider = json_values.mapping(item.get("meta")), json_values.mapping(item.get("top_provider"))
    context = _first(item, _CONTEXT_KEYS) or _first(provider, _CONTEXT_KEYS) or _first(meta, ("n_ctx", "n_ctx_train"))
    return ModelInfo(
        id=name,
        context_length=context,
        max_output_tokens=_first(item, _OUTPUT_KEYS) or _first(provider, _OUTPUT_KEYS),
        size=_first(meta, ("size",)),
        quantization=json_values.text(item.get("quantization")),
        loaded=_loaded(item),
        capabilities=_capabilities(item),
    )


def _loaded(item: Mapping[str, Any]) -> bool | None:
    """LM Studio's `state`, or the `status.value` of llama.cpp's router."""
    state = item.get("state") or json_values.mapping(item.get("status")).get("value")
    return state == "loaded" if isinstance(state, str) else None


def _capabilities(item: Mapping[str, Any]) -> frozenset[str]:
    """Names that servers list, or flags that they set; “image” among the input modalities is “vision”."""
    told = item.get("capabilities")
    names = [name for name in json_values.items(told) if isinstance(name, str)]
    names += [name for name, has in json_values.mapping(told).items() if has is True]
    if "image" in json_values.items(json_values.mapping(item.get("architecture")).get("input_modalities")):
        names.append("vision")
    return frozenset(names)


def _first(item: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        if value := json_values.count(item.get(name)):
            return value
    return None
