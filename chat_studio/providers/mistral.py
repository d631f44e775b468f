"""Mistral AI's own API, and Codestral's beside it."""

from __future__ import annotations

from dataclasses import replace

from chat_studio.errors import BillingRequired, EndpointError, Overloaded, RateLimited, Unauthorized
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import ModelRule, Quirks
from chat_studio.providers._wire.urls import host_of
from chat_studio.providers.values import ModelInfo, Recognition, Variables

CODESTRAL = "codestral.mistral.ai"

_NAMES = {"completion_chat": "completion", "function_calling": "tools", "reasoning": "thinking"}
"""Mistral's names of what a model can do, and the usual ones."""


class Mistral(ChatCompletionsProvider):
    kind = "mistral"
    label = "Mistral"
    default_base_url = "https://api.mistral.ai/v1"
    variables = Variables(("MISTRAL_API_KEY",), ("MISTRAL_BASE_URL",), "MISTRAL")
    needs_key = True
    is_service = True
    key_page = "https://console.mistral.ai/api-keys"
    recognition = Recognition(
        hosts=("api.mistral.ai", CODESTRAL),
        key_hosts=("api.mistral.ai",),
        model_prefixes=("mistral-", "ministral-", "magistral-", "codestral-", "devstral-", "pixtral-"),
    )
    quirks = Quirks(
        seed_field="random_seed",
        stream_options=False,  # usage comes anyway, and unknown fields are refused
        answer_after_tools=True,
        tool_ids="nine",
        replays=frozenset(),
        models=(ModelRule("magistral", efforts=(), reasons=True), ModelRule("codestral", efforts=())),
    )

    async def listed(self) -> list[ModelInfo]:
        return [_in_usual_names(model) for model in await super().listed()]

    def hint(self, error: EndpointError) -> str:
        if isinstance(error, Unauthorized) and host_of(self.base_url) == CODESTRAL:
            return f"{CODESTRAL} takes keys of its own; they are made at https://console.mistral.ai/codestral."
        if isinstance(error, Unauthorized) and self.endpoint.api_key:
            return f"Check the key, or make a new one, at {self.key_page}; a new key works after some minutes."
        if isinstance(error, BillingRequired):
            return "Add a way to pay at https://admin.mistral.ai/organization/billing."
        if isinstance(error, RateLimited | Overloaded) and "capacity" in error.detail.lower():
            return "This model is busy for your plan. Try again in a moment, or use another model."
        return super().hint(error)


def _in_usual_names(model: ModelInfo) -> ModelInfo:
    """Models for embeddings have no flag of their own, only a name."""
    told = frozenset(_NAMES.get(name, name) for name in model.capabilities)
    return replace(model, capabilities=told | {"embedding"} if "embed" in model.id else told)


provider = Mistral
