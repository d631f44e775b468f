"""The list of models of servers that speak Anthropic's protocol: Anthropic's own, and vLLM's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chat_studio.errors import BadResponse
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.decoder import NOT_THIS_KIND
from chat_studio.providers.values import ModelInfo

_SIZE = {"limit": 1000}
FIRST_PAGE = urlencode(_SIZE)
SMALLEST_PAGE = urlencode({"limit": 1})

_CAPABILITIES = {"image_input": "vision"}
"""Anthropic's names of what a model can do, where there is a usual one."""


def next_page(page: object) -> str:
    """The query of the page that follows, "" if none does."""
    told = json_values.mapping(page)
    return urlencode({**_SIZE, "after_id": told["last_id"]}) if told.get("has_more") and told.get("last_id") else ""


def models_of(page: object) -> list[ModelInfo]:
    """The models of one page. Raises BadResponse for what is no list."""
    listed = json_values.mapping(page).get("data")
    if not isinstance(listed, list):
        raise BadResponse(
            "The server's list of models cannot be understood.", hint=NOT_THIS_KIND, detail=str(page)[:300]
        )
    return [_model(item) for item in map(json_values.mapping, listed) if item.get("id")]


def _model(item: Mapping[str, Any]) -> ModelInfo:
    told = json_values.mapping(item.get("capabilities"))
    return ModelInfo(
        id=str(item["id"]),
        name=json_values.text(item.get("display_name")),
        context_length=json_values.count(item.get("max_input_tokens")) or json_values.count(item.get("max_model_len")),
        max_output_tokens=json_values.count(item.get("max_tokens")),
        capabilities=frozenset(
            _CAPABILITIES.get(name, name) for name, value in told.items() if json_values.mapping(value).get("supported")
        ),
    )
