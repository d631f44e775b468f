"""xAI's chat completions: Grok."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chat_studio.errors import BadResponse, BillingRequired, EndpointError, Unauthorized
from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import ModelRule, Quirks
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import ModelInfo, Price, Recognition, Variables

_REFUSED = frozenset({"stop", "presence_penalty", "frequency_penalty"})
"""What reasoning models of xAI's refuse."""

_PRICED = ("prompt_text_token", "completion_text_token", "cached_prompt_text_token")
_PRICE_UNIT = 10_000
"""Prices are in US cents for 100 million tokens (xAI's API reference, 2026)."""


def _reasoning(prefix: str, *efforts: str) -> ModelRule:
    return ModelRule(prefix, refuses_reasoning=_REFUSED, reasons=True, efforts=efforts)


class Xai(ChatCompletionsProvider):
    kind = "xai"
    label = "xAI"
    default_base_url = "https://api.x.ai/v1"
    variables = Variables(("XAI_API_KEY",), ("XAI_BASE_URL",), "XAI")
    needs_key = True
    is_service = True
    key_page = "https://console.x.ai"
    recognition = Recognition(hosts=("api.x.ai", "*.api.x.ai"), key_prefixes=("xai-",), model_prefixes=("grok",))
    quirks = Quirks(
        replays=frozenset(),
        models=(
            _reasoning("grok-4.3", "none", "low", "medium", "high"),
            _reasoning("grok-4.5", "low", "medium", "high"),
            _reasoning("grok-3-mini", "low", "high"),
            _reasoning("grok-4.20-multi-agent", "low", "medium", "high", "xhigh"),
            ModelRule("grok-4-fast-non-reasoning", efforts=()),
            ModelRule("grok-4-1-fast-non-reasoning", efforts=()),
            ModelRule("grok-3", efforts=()),
            ModelRule("grok-2", efforts=()),
            _reasoning("grok-4-"),
            _reasoning("grok-code"),
            _reasoning("grok-build"),
        ),
    )

    async def listed(self) -> list[ModelInfo]:
        """The models with their prices; without them where a key may not ask for those, or a gateway hides them."""
        try:
            body = json_values.mapping(await self.fetch("GET", "language-models"))
            priced = [_model(item) for item in json_values.items(body.get("models")) if _is_model(item)]
        except (BadResponse, Unauthorized):
            priced = []
        return priced or await super().listed()

    def hint(self, error: EndpointError) -> str:
        if isinstance(error, Unauthorized) and self.endpoint.api_key:
            return f"Check the key and what its team may use, or make a new one, at {self.key_page}."
        if isinstance(error, BillingRequired):
            return f"Buy credits, or raise the spending limit, at {self.key_page}."
        return super().hint(error)


def _is_model(item: object) -> bool:
    return bool(json_values.text(json_values.mapping(item).get("id")))


def _model(item: Mapping[str, Any]) -> ModelInfo:
    """An entry of `/language-models`: what every list tells, and prices and modalities."""
    prices = [json_values.count(item.get(f"{name}_price")) for name in _PRICED]
    vision = {"vision"} if "image" in json_values.items(item.get("input_modalities")) else set()
    return ModelInfo(
        id=item["id"],
        context_length=json_values.count(item.get("max_prompt_length")) or read_models([item])[0].context_length,
        capabilities=frozenset({"completion"} | vision),
        price=Price(*(None if price is None else price / _PRICE_UNIT for price in prices)),
    )


provider = Xai
