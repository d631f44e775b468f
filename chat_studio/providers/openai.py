"""OpenAI, and whoever answers under its address."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider, ChatOptions
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._openai.models import RULES, known
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers.values import ModelInfo, Options, Recognition, Variables


class OpenAIOptions(ChatOptions):
    """For keys that belong to several organizations or projects."""

    organization: str = Field(default="", title="Organization", description="For keys of several, as in “org-…”")
    project: str = Field(default="", title="Project", description="Whose budget pays, as in “proj_…”")


class OpenAI(ChatCompletionsProvider):
    kind = "openai"
    label = "OpenAI"
    default_base_url = "https://api.openai.com/v1"
    variables = Variables(
        ("OPENAI_API_KEY",),
        ("OPENAI_BASE_URL", "OPENAI_API_BASE"),
        "OPENAI",
        {"organization": "OPENAI_ORG_ID", "project": "OPENAI_PROJECT_ID"},
    )
    needs_key = True
    is_service = True
    key_page = "https://platform.openai.com/api-keys"
    billing_page = "https://platform.openai.com/settings/organization/billing"
    recognition = Recognition(
        hosts=("api.openai.com", "??.api.openai.com"),
        key_prefixes=("sk-", "sk-proj-", "sk-svcacct-"),
        model_prefixes=("gpt-", "chatgpt-", "o1", "o3", "o4-"),
    )
    quirks = Quirks(token_limit_field="max_completion_tokens", models=RULES)  # noqa: S106 - a field's name
    advice = Advice(
        {"v1/responses": "This model answers only through OpenAI's Responses API: choose one that holds conversations."}
    )
    Options: ClassVar[type[Options]] = OpenAIOptions

    def headers(self) -> dict[str, str]:
        options = self.chosen(OpenAIOptions)
        named = {"openai-organization": options.organization.strip(), "openai-project": options.project.strip()}
        return super().headers() | {name: value for name, value in named.items() if value}

    async def listed(self) -> list[ModelInfo]:
        """OpenAI tells nothing but names."""
        return [known(model) for model in await super().listed()]


provider = OpenAI
