"""OpenRouter: the models of many providers behind one address and one key."""

from __future__ import annotations

from chat_studio.errors import BillingRequired, EndpointError, ModelNotFound, Overloaded, Unauthorized, WrongAddress
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._openrouter.models import models_of, next_query
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers._wire.urls import host_of
from chat_studio.providers.values import ModelInfo, Probe, Recognition, ServerInfo, Variables

_PAGES = 20


class OpenRouter(ChatCompletionsProvider):
    kind = "openrouter"
    label = "OpenRouter"
    default_base_url = "https://openrouter.ai/api/v1"
    variables = Variables(("OPENROUTER_API_KEY",), ("OPENROUTER_BASE_URL",), "OPENROUTER")
    needs_key = True
    is_service = True
    key_page = "https://openrouter.ai/settings/keys"
    recognition = Recognition(
        hosts=("openrouter.ai", "*.openrouter.ai"),
        key_prefixes=("sk-or-",),
        model_prefixes=("openrouter/",),
        model_suffixes=(":free", ":nitro", ":floor", ":online", ":exacto"),
    )
    quirks = Quirks(reasoning="reasoning.effort", replays=frozenset({"reasoning_details"}))

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """OpenRouter has one address, whatever page of it was pasted."""
        url = super().normalise_url(typed)
        return cls.default_base_url if f".{host_of(url)}".endswith(".openrouter.ai") else url

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        model = first_model(probe)
        return "pricing" in model and "top_provider" in model

    def headers(self) -> dict[str, str]:
        """With the name under which the user finds the requests in OpenRouter's activity log."""
        return super().headers() | {"x-title": "Chat Studio"}

    async def listed(self) -> list[ModelInfo]:
        """All pages of the list. Of the address of the next one only the query counts: keys stay where they belong."""
        models: dict[str, ModelInfo] = {}
        path = "models"
        for _ in range(_PAGES):
            page = await self.fetch("GET", path)
            for model in models_of(page):
                models.setdefault(model.id, model)
            query = next_query(page)
            if not query or path == f"models?{query}":
                break
            path = f"models?{query}"
        return list(models.values())

    async def check(self) -> ServerInfo:
        """Asks about the key: the list of models is public and proves nothing."""
        with self.explaining():
            try:
                told = json_values.mapping(json_values.mapping(await self.fetch("GET", "key")).get("data"))
            except WrongAddress:
                return await super().check()  # a gateway that passes on what it knows
            left, limit = json_values.number(told.get("limit_remaining")), json_values.number(told.get("limit"))
            if left is not None and limit:
                return ServerInfo(note=f"${left:.2f} of the key's ${limit:.2f} left")
            used = json_values.number(told.get("usage"))
            return ServerInfo(note=f"${used:.2f} used, the key has no limit" if used is not None else "")

    def hint(self, error: EndpointError) -> str:
        words = error.detail.lower()
        match error:
            case ModelNotFound() if "data policy" in words or "guardrail" in words:
                return "Your privacy settings exclude all its providers: https://openrouter.ai/settings/privacy."
            case Unauthorized() if self.endpoint.api_key:
                return f"Check the key, or make a new one, at {self.key_page}."
            case BillingRequired():
                return (
                    "Add credit at https://openrouter.ai/settings/credits, lower max_tokens, or take a model whose "
                    "name ends in “:free”."
                )
            case Overloaded():
                return "No provider of this model answers now. Try again in a moment, or use another model."
        return super().hint(error)


provider = OpenRouter
