"""Google's Gemini, through its OpenAI-compatible API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from pydantic import Field, JsonValue

from chat_studio.errors import BadResponse, EndpointError, InvalidRequest, RateLimited, Unauthorized
from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider, ChatOptions
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers.values import ChatRequest, ModelInfo, Options, Probe, Recognition, Variables

HOST = "generativelanguage.googleapis.com"

_NATIVE = re.compile(r"(.*/v1(?:alpha|beta))(?:/.*)?")
_PAGES = 10
_METHODS = {"generateContent": "completion", "embedContent": "embedding", "predict": "image"} | {
    "predictLongRunning": "video",
    "bidiGenerateContent": "realtime",
}
_BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}
"""Tokens that models before Gemini 3 think for, by effort (Google's documentation, 2026)."""

_UNSIGNED: Mapping[str, JsonValue] = {
    "extra_content": {"google": {"thought_signature": "skip_thought_signature_validator"}}
}
"""What a call must carry that no Gemini signed (Google's documentation of thought signatures)."""


class GeminiOptions(ChatOptions):
    """What Gemini tells only when asked."""

    thoughts: bool = Field(default=False, title="Show thoughts", description="for models that think")


class Gemini(ChatCompletionsProvider):
    kind = "gemini"
    label = "Gemini"
    default_base_url = f"https://{HOST}/v1beta/openai"
    variables = Variables(("GEMINI_API_KEY", "GOOGLE_API_KEY"), ("GEMINI_BASE_URL",), "GEMINI")
    needs_key = True
    is_service = True
    key_page = "https://aistudio.google.com/apikey"
    recognition = Recognition(
        hosts=(HOST, "*aiplatform.googleapis.com"),
        key_hosts=(HOST,),
        key_prefixes=("AIza",),
        model_prefixes=("gemini", "models/gemini"),
    )
    quirks = Quirks(
        images="data",
        replays=frozenset({"extra_content"}),
        call_default=_UNSIGNED,
        schema_drops=frozenset(
            {"$schema", "$id", "$comment", "additionalProperties", "patternProperties", "propertyNames", "oneOf", "not"}
            | {"const", "default", "examples", "format", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
            | {"uniqueItems", "readOnly", "writeOnly", "deprecated", "if", "then", "else", "unevaluatedProperties"}
        ),
    )
    Options: ClassVar[type[Options]] = GeminiOptions

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """Google's host has one address; elsewhere it is what stands under `/v1beta`, if anything does."""
        url = urls.whole(typed)
        if urls.host_of(url) == HOST:
            return cls.default_base_url
        found = _NATIVE.fullmatch(url)
        return f"{found[1]}/openai" if found else super().normalise_url(typed)

    @classmethod
    def fields_of_url(cls, typed: str) -> dict[str, str]:
        """The model of a pasted request: `…/models/gemini-3-flash:generateContent`."""
        found = re.search(r"/models/([\w.-]+)", urls.whole(typed))
        return {"model": found[1]} if found else {}

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return json_values.text(first_model(probe).get("id")).startswith("models/gemini")

    @classmethod
    def root_of(cls, base_url: str) -> str:
        """Where Gemini's own API stands, on the same host."""
        return base_url.removesuffix("/openai")

    def body(self, model: str, request: ChatRequest) -> tuple[str, Mapping[str, Any]]:
        path, body = super().body(model, request)
        wanted = isinstance(self.options, GeminiOptions) and self.options.thoughts and path == "chat/completions"
        return path, self._repairs.apply(model, _with_thoughts(model, body)) if wanted else body

    async def listed(self) -> list[ModelInfo]:
        """Gemini's own list tells more; a gateway may have the other one only."""
        try:
            models = await self._natively_listed() if self.root_of(self.base_url) != self.base_url else []
        except BadResponse:
            models = []
        return models or [_plain(model) for model in await super().listed()]

    def hint(self, error: EndpointError) -> str:
        match error:
            case Unauthorized() if self.endpoint.api_key:
                return f"Check the key, or make a new one, at {self.key_page}."
            case RateLimited():
                return f"{error.hint} Quotas are counted by minute and by day: https://aistudio.google.com/usage."
            case InvalidRequest() if "location is not supported" in error.detail.lower():
                return "Google does not serve Gemini where this request came from; OpenRouter and Vertex AI may."
        return super().hint(error)

    async def _natively_listed(self) -> list[ModelInfo]:
        """The pages of Gemini's own list, which wants the key in a header of its own."""
        key = self.key()
        headers = {"x-goog-api-key": key} if key else {}
        models: list[ModelInfo] = []
        query: dict[str, object] = {"pageSize": 1000}
        for _ in range(_PAGES):
            page = await self.fetch("GET", f"/models?{urlencode(query)}", headers=headers)
            told = json_values.items(json_values.mapping(page).get("models"))
            models += [model for item in told for model in _native_models(item)]
            token = json_values.text(json_values.mapping(page).get("nextPageToken"))
            if not token:
                break
            query["pageToken"] = token
        return models


def _native_models(item: object) -> list[ModelInfo]:
    told = json_values.mapping(item)
    methods = json_values.items(told.get("supportedGenerationMethods"))
    capabilities = {_METHODS[name] for name in methods if isinstance(name, str) and name in _METHODS}
    if told.get("thinking") is True:
        capabilities.add("thinking")
    return [
        replace(
            _plain(model),
            name=json_values.text(told.get("displayName")),
            context_length=json_values.count(told.get("inputTokenLimit")) or None,
            max_output_tokens=json_values.count(told.get("outputTokenLimit")) or None,
            capabilities=frozenset(capabilities),
        )
        for model in read_models([item])
    ]


def _plain(model: ModelInfo) -> ModelInfo:
    """With the name that people use: `gemini-3-flash`, not `models/gemini-3-flash`."""
    return replace(model, id=model.id.removeprefix("models/"))


def _with_thoughts(model: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Asks for the thoughts, unless the user's own parameters say something of thinking.

    An effort goes into the same place then: Gemini refuses both side by side.
    """
    if "extra_body" in body:
        return dict(body)
    config: dict[str, Any] = {"include_thoughts": True}
    effort = body.get("reasoning_effort")
    if effort and model.rpartition("/")[2].startswith(("gemini-1", "gemini-2")):
        config["thinking_budget"] = _BUDGETS.get(effort, -1)
    elif effort:
        config["thinking_level"] = effort
    asked = {name: value for name, value in body.items() if name != "reasoning_effort"}
    return asked | {"extra_body": {"google": {"thinking_config": config}}}


provider = Gemini
