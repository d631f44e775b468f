"""Google's Gemini, through its OpenAI-compatible API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from pydantic import Field, JsonValue

from chat_studio.errors import BadResponse, EndpointError, InvalidRequest, RateLimited, Unauthorized
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider, ChatOptions
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._gemini.models import native_models, next_page, plain
from chat_studio.providers._gemini.thoughts import with_thoughts
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers.values import ChatRequest, ModelInfo, Options, Probe, Recognition, Variables

HOST = "generativelanguage.googleapis.com"

_NATIVE = re.compile(r"(.*/v1(?:alpha|beta))(?:/.*)?")
_PAGES = 10
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
        return path, self._repairs.apply(model, with_thoughts(model, body)) if wanted else body

    async def listed(self) -> list[ModelInfo]:
        """Gemini's own list tells more; a gateway may have the other one only."""
        try:
            models = await self._natively_listed() if self.root_of(self.base_url) != self.base_url else []
        except (BadResponse, Unauthorized):  # a gateway, or a wrong key: the other list will tell
            models = []
        return models or [plain(model) for model in await super().listed()]

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
            models += native_models(page)
            query["pageToken"] = next_page(page)
            if not query["pageToken"]:
                break
        return models


provider = Gemini
