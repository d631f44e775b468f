"""OpenAI, and whoever answers under its address."""

from __future__ import annotations

from chat_studio.errors import BillingRequired, EndpointError, Unauthorized
from chat_studio.providers._chat_completions import ChatCompletionsProvider
from chat_studio.providers._chat_request import Quirks
from chat_studio.providers.base import Recognition


class OpenAI(ChatCompletionsProvider):
    kind = "openai"
    label = "OpenAI"
    default_base_url = "https://api.openai.com/v1"
    key_variable = "OPENAI_API_KEY"
    needs_key = True
    recognition = Recognition(hosts=("api.openai.com",))
    quirks = Quirks(token_limit_field="max_completion_tokens")  # noqa: S106 - a field's name

    def hint(self, error: EndpointError) -> str:
        if isinstance(error, Unauthorized) and self.endpoint.api_key:
            return "Check the key, or make a new one, at https://platform.openai.com/api-keys."
        if isinstance(error, BillingRequired):
            return "Add credit at https://platform.openai.com/settings/organization/billing."
        return super().hint(error)


provider = OpenAI
