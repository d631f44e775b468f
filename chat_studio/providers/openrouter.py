"""OpenRouter: the models of many providers behind one address and one key."""

from __future__ import annotations

from chat_studio.errors import WrongAddress
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._openrouter.account import ADVICE, credit_left
from chat_studio.providers._openrouter.models import models_of, next_query
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers._wire.urls import host_of
from chat_studio.providers.values import ModelInfo, Probe, Recognition, ServerInfo, Variables


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
        model_suffixes=(":free", ":nitro", ":floor", ":online", ":thinking", ":exacto"),
    )
    quirks = Quirks(reasoning="reasoning.effort", replays=frozenset({"reasoning_details"}))
    advice = ADVICE

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
        return models_of(await self.pages("models", next_query))

    async def check(self) -> ServerInfo:
        """Asks about the key: the list of models is public and proves nothing."""
        with self.explaining():
            try:
                return ServerInfo(note=credit_left(await self.fetch("GET", "key")))
            except WrongAddress:
                return await super().check()  # a gateway that passes on what it knows


provider = OpenRouter
