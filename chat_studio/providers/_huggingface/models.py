"""The router's list of models: each with the offers of several providers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import ModelInfo, Price

_FLAGS = {"supports_tools": "tools", "supports_structured_output": "structured_output"}
_MODALITIES = {"image": "vision", "audio": "audio"}


def models_of(body: object) -> list[ModelInfo]:
    """The models of the list. Raises BadResponse for what is none."""
    items = json_values.items(json_values.mapping(body).get("data"))
    told = {json_values.text(item.get("id")): item for item in map(json_values.mapping, items)}
    return [_completed(model, told.get(model.id, {})) for model in read_models(body)]


def _completed(model: ModelInfo, told: Mapping[str, Any]) -> ModelInfo:
    """With what the model's providers offer: the longest context, every ability, and what the dearest one charges.

    Which of them answers is up to the router, unless the model's name ends in `:provider`.
    """
    offers = [offer for offer in map(json_values.mapping, json_values.items(told.get("providers"))) if _is_live(offer)]
    contexts = [length for offer in offers if (length := json_values.count(offer.get("context_length")))]
    abilities = {name for offer in offers for flag, name in _FLAGS.items() if offer.get(flag) is True}
    inputs = json_values.items(json_values.mapping(told.get("architecture")).get("input_modalities"))
    abilities |= {name for modality, name in _MODALITIES.items() if modality in inputs}
    return replace(
        model,
        context_length=max(contexts, default=None) or model.context_length,
        capabilities=model.capabilities | abilities,
        price=_dearest([json_values.mapping(offer.get("pricing")) for offer in offers]),
    )


def _is_live(offer: json_values.Object) -> bool:
    return json_values.text(offer.get("status", "live")) == "live"


def _dearest(prices: Sequence[json_values.Object]) -> Price | None:
    """So that no cost is told too low; in dollars for a million tokens, as Hugging Face has them."""
    told = [
        (dollars, into)
        for price in prices
        if (dollars := json_values.number(price.get("output"))) is not None
        and (into := json_values.number(price.get("input"))) is not None
    ]
    if not told:
        return None
    output, into = max(told)
    return Price(input=into, output=output)
