"""Cohere, through its compatibility API; the list of models is its own."""

from __future__ import annotations

import re

from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import ModelRule, Quirks
from chat_studio.providers._cohere.models import FIRST_PAGE, models_of, next_page
from chat_studio.providers._wire import urls
from chat_studio.providers._wire.advice import GENERAL, Advice
from chat_studio.providers.values import ModelInfo, Recognition, Variables

COMPATIBLE = "/compatibility/v1"


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
        models=(
            ModelRule("command-a-reasoning", efforts=("none", "high"), reasons=True),
            ModelRule("command", efforts=()),
        ),
    )

    advice = Advice(
        {"trial key": f"{GENERAL} Trial keys are limited by the minute and month; a production key is at {key_page}."}
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
        pages = await self.pages("/v1/models", next_page, FIRST_PAGE)
        return [model for page in pages for model in models_of(page)]


provider = Cohere
