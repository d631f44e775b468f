"""Cohere, through its compatibility API; the list of models is its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chat_studio.errors import BadResponse, ContentFiltered, EndpointError, RateLimited, Unauthorized
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import ModelRule, Quirks
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers.values import ModelInfo, Recognition, Variables

COMPATIBLE = "/compatibility/v1"

_BLOCKED = 498
"""The status for a message that the service's filter refused."""

_PAGE = 1000
_PAGES = 10
_NAMES = {"chat": "completion", "embed": "embedding", "reasoning": "thinking", "tools": "tools", "vision": "vision"}
"""Cohere's names of endpoints and features, and the usual ones."""


class Cohere(ChatCompletionsProvider):
    kind = "cohere"
    label = "Cohere"
    default_base_url = f"https://api.cohere.ai{COMPATIBLE}"
    variables = Variables(("CO_API_KEY", "COHERE_API_KEY"), ("CO_API_URL", "COHERE_BASE_URL"), "COHERE")
    needs_key = True
    is_service = True
    key_page = "https://dashboard.cohere.com/api-keys"
    recognition = Recognition(hosts=("api.cohere.ai", "api.cohere.com"), model_prefixes=("command-", "c4ai-"))
    quirks = Quirks(
        stream_options=False,
        replays=frozenset(),
        models=(
            ModelRule("command-a-reasoning", efforts=("none", "high"), reasons=True),
            ModelRule("command", efforts=()),
        ),
    )

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """The compatibility API, also for the address of Cohere's own one (`/v1`, `/v2/chat`)."""
        url = urls.without_version(typed)
        return re.sub(r"(?:/compatibility|/v[12](?:/.*)?)?$", COMPATIBLE, url, count=1) if url else ""

    @classmethod
    def root_of(cls, base_url: str) -> str:
        return base_url.removesuffix(COMPATIBLE)

    async def listed(self) -> list[ModelInfo]:
        """What chats or embeds; models for ranking and transcribing have no place here."""
        models: list[ModelInfo] = []
        query: dict[str, object] = {"page_size": _PAGE}
        for _ in range(_PAGES):
            page = json_values.mapping(await self.fetch("GET", f"/v1/models?{urlencode(query)}"))
            if not isinstance(page.get("models"), list):
                raise BadResponse("The server's list of models is not Cohere's.", detail=str(page)[:300])
            models += [_model(item) for item in page["models"] if _is_of_use(item)]
            if not page.get("next_page_token"):
                break
            query["page_token"] = page["next_page_token"]
        return models

    def explain(self, error: EndpointError) -> EndpointError:
        if error.status == _BLOCKED:
            error = ContentFiltered(
                "Cohere's filter refused the request.",
                hint="Say it differently, or use another model.",
                detail=error.detail,
                status=error.status,
            )
        return super().explain(error)

    def hint(self, error: EndpointError) -> str:
        if isinstance(error, Unauthorized) and self.endpoint.api_key:
            return f"Check the key, or make a new one, at {self.key_page}."
        if isinstance(error, RateLimited) and "trial" in error.detail.lower():
            return (
                f"Trial keys are limited by the minute and by the month; a production key is made at {self.key_page}."
            )
        return super().hint(error)


def _is_of_use(item: object) -> bool:
    """Whether an entry chats or embeds; one that does not tell counts as one that does."""
    entry = json_values.mapping(item)
    endpoints = json_values.items(entry.get("endpoints"))
    return bool(json_values.text(entry.get("name"))) and (not endpoints or "chat" in endpoints or "embed" in endpoints)


def _model(item: Mapping[str, Any]) -> ModelInfo:
    told = [*json_values.items(item.get("endpoints")), *json_values.items(item.get("features"))]
    told += ["vision"] if item.get("supports_vision") is True else []
    return ModelInfo(
        id=item["name"],
        context_length=json_values.count(item.get("context_length")) or None,
        capabilities=frozenset(_NAMES[name] for name in told if isinstance(name, str) and name in _NAMES),
    )


provider = Cohere
