"""Cohere's own list of models, which its compatibility API does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from chat_studio.errors import BadResponse
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import ModelInfo

_SIZE = {"page_size": 1000}
FIRST_PAGE = urlencode(_SIZE)

_NAMES = {"chat": "completion", "embed": "embedding", "reasoning": "thinking", "tools": "tools", "vision": "vision"}
"""Cohere's names of endpoints and features, and the usual ones."""


def next_page(page: object) -> str:
    """The query of the page that follows, "" if none does."""
    token = json_values.mapping(page).get("next_page_token")
    return urlencode({**_SIZE, "page_token": token}) if token else ""


def models_of(page: object) -> Iterator[ModelInfo]:
    """What chats or embeds; models for ranking and transcribing have no place here. Raises BadResponse."""
    listed = json_values.mapping(page).get("models")
    if not isinstance(listed, list):
        raise BadResponse("The server's list of models is not Cohere's.", detail=str(page)[:300])
    yield from (_model(item) for item in map(json_values.mapping, listed) if _is_of_use(item))


def _is_of_use(item: Mapping[str, Any]) -> bool:
    """Whether an entry chats or embeds; one that does not tell counts as one that does."""
    endpoints = json_values.items(item.get("endpoints"))
    return bool(json_values.text(item.get("name"))) and (not endpoints or "chat" in endpoints or "embed" in endpoints)


def _model(item: Mapping[str, Any]) -> ModelInfo:
    told = [*json_values.items(item.get("endpoints")), *json_values.items(item.get("features"))]
    told += ["vision"] if item.get("supports_vision") is True else []
    return ModelInfo(
        id=item["name"],
        context_length=json_values.count(item.get("context_length")) or None,
        capabilities=frozenset(_NAMES[name] for name in told if isinstance(name, str) and name in _NAMES),
    )
