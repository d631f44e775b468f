"""OpenRouter's list of models: abilities, limits, and prices as decimal texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlsplit

from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import ModelInfo, Price

_PARAMETERS = {"tools": "tools", "reasoning": "thinking", "structured_outputs": "structured_output"}
_INPUTS = {"image": "vision", "audio": "audio", "file": "files"}
_OUTPUTS = {"text": "completion", "embeddings": "embedding", "image": "image_output"}
_MILLION = Decimal(1_000_000)


def next_query(page: object) -> str:
    """The query of the page that follows, "" if none does; its host may be anyone's."""
    links = json_values.mapping(json_values.mapping(page).get("links"))
    return urlsplit(json_values.text(links.get("next"))).query


def models_of(pages: Iterable[object]) -> list[ModelInfo]:
    """The models of all pages, each once. Raises BadResponse for what is no list."""
    return list({model.id: model for page in pages for model in _models(page)}.values())


def _models(page: object) -> Iterator[ModelInfo]:
    read_models(page)
    items = json_values.mapping(page).get("data") if isinstance(page, dict) else page
    for item in json_values.items(items):
        told = json_values.mapping(item)
        for model in read_models([item]):
            architecture = json_values.mapping(told.get("architecture"))
            capabilities = {
                *_named(_PARAMETERS, told.get("supported_parameters")),
                *_named(_INPUTS, architecture.get("input_modalities")),
                *_named(_OUTPUTS, architecture.get("output_modalities")),
            }
            yield replace(
                model,
                name=json_values.text(told.get("name")),
                capabilities=model.capabilities | capabilities,
                price=_price(json_values.mapping(told.get("pricing"))),
            )


def _named(names: dict[str, str], told: object) -> list[str]:
    return [names[name] for name in json_values.items(told) if isinstance(name, str) and name in names]


def _price(told: json_values.Object) -> Price | None:
    """Of decimal texts in dollars for one token; “-1” is that of a router, which depends on where it goes."""
    price = Price(
        input=_for_a_million(told.get("prompt")),
        output=_for_a_million(told.get("completion")),
        cached=_for_a_million(told.get("input_cache_read")),
    )
    return price if price != Price() else None


def _for_a_million(text: object) -> float | None:
    try:
        amount = json_values.number(float(Decimal(str(text)) * _MILLION))
    except ArithmeticError:  # no number at all, or one beyond all sizes
        return None
    return amount if amount is not None and amount >= 0 else None
