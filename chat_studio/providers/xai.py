"""xAI's chat completions: Grok."""

from __future__ import annotations

from chat_studio.errors import BadResponse, BillingRequired, Unauthorized
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._xai.models import RULES, priced_models
from chat_studio.providers.values import ModelInfo, Recognition, Variables


class Xai(ChatCompletionsProvider):
    kind = "xai"
    label = "xAI"
    default_base_url = "https://api.x.ai/v1"
    variables = Variables(("XAI_API_KEY",), ("XAI_BASE_URL",), "XAI")
    needs_key = True
    is_service = True
    key_page = "https://console.x.ai"
    recognition = Recognition(hosts=("api.x.ai", "*.api.x.ai"), key_prefixes=("xai-",), model_prefixes=("grok",))
    quirks = Quirks(models=RULES)
    advice = Advice(
        by_class={
            Unauthorized: f"Check the key and what its team may use, or make a new one, at {key_page}.",
            BillingRequired: f"Buy credits, or raise the spending limit, at {key_page}.",
        }
    )

    async def listed(self) -> list[ModelInfo]:
        """The models with their prices; without them where a key may not ask for those, or a gateway hides them."""
        try:
            priced = priced_models(await self.fetch("GET", "language-models"))
        except (BadResponse, Unauthorized):
            priced = []
        return priced or await super().listed()


provider = Xai
