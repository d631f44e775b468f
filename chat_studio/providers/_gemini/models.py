"""Gemini's own list of models, which tells limits that the compatible one does not."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import ModelInfo

_SIZE = {"pageSize": 1000}
FIRST_PAGE = urlencode(_SIZE)

_METHODS = {"generateContent": "completion", "embedContent": "embedding", "predict": "image"} | {
    "predictLongRunning": "video",
    "bidiGenerateContent": "realtime",
}


def native_models(page: object) -> list[ModelInfo]:
    """The models of one page."""
    return [model for item in json_values.items(json_values.mapping(page).get("models")) for model in _models(item)]


def next_page(page: object) -> str:
    """The query of the page that follows, "" if none does."""
    token = json_values.text(json_values.mapping(page).get("nextPageToken"))
    return urlencode({**_SIZE, "pageToken": token}) if token else ""


def _models(item: object) -> list[ModelInfo]:
    told = json_values.mapping(item)
    methods = json_values.items(told.get("supportedGenerationMethods"))
    capabilities = {_METHODS[name] for name in methods if isinstance(name, str) and name in _METHODS}
    if told.get("thinking") is True:
        capabilities.add("thinking")
    return [
        replace(
            plain(model),
            name=json_values.text(told.get("displayName")),
            context_length=json_values.count(told.get("inputTokenLimit")) or None,
            max_output_tokens=json_values.count(told.get("outputTokenLimit")) or None,
            capabilities=frozenset(capabilities),
        )
        for model in read_models([item])
    ]


def plain(model: ModelInfo) -> ModelInfo:
    """With the name that people use: `gemini-3-flash`, not `models/gemini-3-flash`."""
    return replace(model, id=model.id.removeprefix("models/"))
