"""OpenAI, and whoever answers under its address."""

from __future__ import annotations

from chat_studio.errors import BillingRequired, EndpointError, Unauthorized
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers.values import Recognition, Variables


class OpenAI(ChatCompletionsProvider):
    kind = "openai"
    label = "OpenAI"
    default_base_url = "https://api.openai.com/v1"
    variables = Variables(("OPENAI_API_KEY",), ("OPENAI_BASE_URL",), "OPENAI")
    needs_key = True
    recognition = Recognition(
        hosts=("api.openai.com",),
        key_prefixes=("sk-", "sk-proj-", "sk-svcacct-"),
        model_prefixes=("gpt-", "chatgpt-", "o1", "o3", "o4-"),
    )
    is_service = True
    key_page = "https://platform.openai.com/api-keys"
    quirks = Quirks(token_limit_field="max_completion_tokens")  # noqa: S106 - a field's name

    def hint(self, error: EndpointError) -> str:
        if isinstance(error, Unauthorized) and self.endpoint.api_key:
            return "Check the key, or make a new one, at https://platform.openai.com/api-keys."
        if isinstance(error, BillingRequired):
            return "Add credit at https://platform.openai.com/settings/organization/billing."
        return super().hint(error)


provider = OpenAI
