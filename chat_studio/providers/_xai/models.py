"""xAI's models: what each takes, and its list of them with prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._chat_completions.quirks import ModelRule
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import ModelInfo, Price

_REFUSED = frozenset({"stop", "presence_penalty", "frequency_penalty"})
"""What reasoning models of xAI's refuse."""

_PRICED = ("prompt_text_token", "completion_text_token", "cached_prompt_text_token")
_PRICE_UNIT = 10_000
"""Prices are in US cents for 100 million tokens (xAI's API reference, 2026)."""


def _reasoning(prefix: str, *efforts: str) -> ModelRule:
    return ModelRule(prefix, refuses_reasoning=_REFUSED, reasons=True, efforts=efforts)


RULES = (
    _reasoning("grok-4.3", "none", "low", "medium", "high"),
    _reasoning("grok-4.5", "low", "medium", "high"),
    _reasoning("grok-3-mini", "low", "high"),
    _reasoning("grok-4.20-multi-agent", "low", "medium", "high", "xhigh"),
    *(
        ModelRule(prefix, efforts=())
        for prefix in ("grok-4-fast-non-reasoning", "grok-4-1-fast-non-reasoning", "grok-3", "grok-2")
    ),
    *(_reasoning(prefix) for prefix in ("grok-4-", "grok-code", "grok-build")),
)
"""The first whose prefix fits holds; which efforts a model takes: xAI's documentation, 2026."""


def priced_models(body: object) -> list[ModelInfo]:
    """The entries of `/language-models`: what every list tells, and prices and modalities. None for another body."""
    items = map(json_values.mapping, json_values.items(json_values.mapping(body).get("models")))
    return [_model(item) for item in items if json_values.text(item.get("id"))]


def _model(item: Mapping[str, Any]) -> ModelInfo:
    prices = [json_values.count(item.get(f"{name}_price")) for name in _PRICED]
    vision = {"vision"} if "image" in json_values.items(item.get("input_modalities")) else set()
    return ModelInfo(
        id=item["id"],
        context_length=json_values.count(item.get("max_prompt_length")) or read_models([item])[0].context_length,
        capabilities=frozenset({"completion"} | vision),
        price=Price(*(None if price is None else price / _PRICE_UNIT for price in prices)),
    )
