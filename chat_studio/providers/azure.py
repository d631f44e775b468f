"""Azure OpenAI and Azure AI Foundry: deployments of models, by their classic addresses and by the v1 API."""

from __future__ import annotations

from chat_studio.providers._azure.addresses import is_serverless, read
from chat_studio.providers._azure.advice import ADVICE, NAME_ONE
from chat_studio.providers._azure.provider import DeploymentProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._openai.models import RULES
from chat_studio.providers.values import Probe, Recognition, Variables

_TOKEN = "eyJ"  # noqa: S105
"""The beginning of every token of Entra ID (a JSON Web Token), as in AZURE_OPENAI_AD_TOKEN."""


class Azure(DeploymentProvider):
    kind = "azure"
    label = "Azure OpenAI"
    variables = Variables(
        ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "AZURE_API_KEY"),
        ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_BASE_URL"),
        "AZURE_OPENAI",
        {"api_version": "OPENAI_API_VERSION", "deployment": "AZURE_OPENAI_DEPLOYMENT"},
    )
    needs_key = True
    is_service = True
    key_page = "https://portal.azure.com"
    advice_without_models = NAME_ONE
    recognition = Recognition(
        ("*.openai.azure.com", "*.services.ai.azure.com", "*.cognitiveservices.azure.com", "*.models.ai.azure.com")
    )
    quirks = Quirks(token_limit_field="max_completion_tokens", models=RULES)  # noqa: S106 - a field's name
    advice = ADVICE

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        return read(typed).text

    @classmethod
    def fields_of_url(cls, typed: str) -> dict[str, str]:
        return read(typed).fields

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return "apim-request-id" in probe.headers or "x-ms-region" in probe.headers

    def headers(self) -> dict[str, str]:
        """The key as Azure wants it, or a token of Entra ID; serverless endpoints take their key as a token."""
        key = self.key()
        if key.startswith(_TOKEN):
            return super().headers()
        return {"api-key": key, **(super().headers() if is_serverless(self.base_url) else {})} if key else {}


provider = Azure
