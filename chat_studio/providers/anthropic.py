"""Anthropic's Messages API, and the servers that speak it too: vLLM, llama.cpp, gateways."""

from __future__ import annotations

import re

from chat_studio.providers._anthropic.advice import ADVICE
from chat_studio.providers._anthropic.provider import MessagesProvider
from chat_studio.providers._wire import urls
from chat_studio.providers.values import Probe, Recognition, Variables

VERSION = "2023-06-01"
"""Of the protocol; the only one there is, and required."""

_KEY, _TOKEN = "sk-ant-", "sk-ant-oat"
"""How Anthropic's own keys begin, and those of them that are tokens of a subscription."""


class Anthropic(MessagesProvider):
    kind = "anthropic"
    label = "Anthropic"
    default_base_url = "https://api.anthropic.com"
    variables = Variables(("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"), ("ANTHROPIC_BASE_URL",), "ANTHROPIC")
    needs_key = True
    is_service = True
    key_page = "https://console.anthropic.com/settings/keys"
    billing_page = "https://console.anthropic.com/settings/billing"
    recognition = Recognition(
        hosts=("api.anthropic.com",), key_prefixes=(_KEY,), model_prefixes=("claude",), probes=("/",)
    )
    advice = ADVICE

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """The address without `/v1` and what follows it."""
        return re.sub(r"/v1(?:/.*)?$", "", urls.without_version(typed))

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return any(name.startswith("anthropic-") for name in probe.headers)

    def headers(self) -> dict[str, str]:
        """Of Anthropic `x-api-key` for a key, or a bearer for a token (ANTHROPIC_AUTH_TOKEN), never both.

        Other servers take one or the other (vLLM the bearer, gateways mostly `x-api-key`), so they get both.
        """
        key = self.key()
        is_token = key.startswith(_TOKEN) or (self.is_vendor and not key.startswith(_KEY))
        own = {"x-api-key": key} if key and not is_token else {}
        bearer = super().headers() if is_token or not self.is_vendor else {}
        return {"anthropic-version": VERSION, **own, **bearer}

    @property
    def is_vendor(self) -> bool:
        return f".{urls.host_of(self.base_url)}".endswith(".anthropic.com")


provider = Anthropic
