"""Mistral AI's own API, and Codestral's beside it."""

from __future__ import annotations

from chat_studio.errors import EndpointError, Unauthorized
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import ModelRule, Quirks
from chat_studio.providers._mistral.models import in_usual_names
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.urls import host_of
from chat_studio.providers.values import ModelInfo, Recognition, Variables

CODESTRAL = "codestral.mistral.ai"


class Mistral(ChatCompletionsProvider):
    kind = "mistral"
    label = "Mistral"
    default_base_url = "https://api.mistral.ai/v1"
    variables = Variables(("MISTRAL_API_KEY",), ("MISTRAL_BASE_URL",), "MISTRAL")
    needs_key = True
    is_service = True
    key_page = "https://console.mistral.ai/api-keys"
    billing_page = "https://admin.mistral.ai/organization/billing"
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
        models=(ModelRule("magistral", efforts=(), reasons=True), ModelRule("codestral", efforts=())),
    )
    advice = Advice(
        {"capacity": "This model is busy for your plan. Try again in a moment, or use another model."},
        {Unauthorized: f"Check the key, or make a new one, at {key_page}; a new key works after some minutes."},
    )

    async def listed(self) -> list[ModelInfo]:
        return [in_usual_names(model) for model in await super().listed()]

    def hint(self, error: EndpointError) -> str:
        if isinstance(error, Unauthorized) and host_of(self.base_url) == CODESTRAL:
            return f"{CODESTRAL} takes keys of its own; they are made at https://console.mistral.ai/codestral."
        return super().hint(error)


provider = Mistral
