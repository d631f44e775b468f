"""Any other server that speaks OpenAI's chat completions: SGLang, gateways, services without a kind of their own…"""

from __future__ import annotations

import re
from collections.abc import Mapping

from chat_studio.errors import BadResponse, ModelNotFound
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import ModelRule, Quirks
from chat_studio.providers._wire import urls
from chat_studio.providers.values import Endpoint, Probe

_LEGACY = "/completions"
_CHAT = f"/chat{_LEGACY}"

_PATHS = {"api.groq.com": "/openai/v1", "api.fireworks.ai": "/inference/v1", "api.perplexity.ai": ""}
"""The paths of services whose hosts alone people type, where it is not `/v1`."""


class Custom(ChatCompletionsProvider):
    kind = "custom"
    label = "OpenAI-compatible"
    quirks = Quirks(models=(ModelRule("deepseek-", reasoning_field="reasoning_content"),))

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._address_is_sure = self._address_is_sure or _is_whole(self.base_url)

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """The base URL; the address of requests right under a host stays whole, for `/v1` would be added to its base.

        A service's host becomes that service's base URL.
        """
        whole, url = urls.whole(typed), urls.with_version(typed)
        if _is_whole(whole):
            return whole
        path = _PATHS.get(urls.host_of(url))
        is_host = path is not None and urls.path_of(url) in ("", "/v1")
        return f"{url.removesuffix('/v1')}{path}" if is_host else url

    @classmethod
    def fields_of_url(cls, typed: str) -> dict[str, str]:
        """The API, if the address is that of the legacy one's requests."""
        whole = urls.whole(typed)
        return {"api": "completions"} if whole.endswith(_LEGACY) and not whole.endswith(_CHAT) else {}

    @classmethod
    def root_of(cls, base_url: str) -> str:
        return super().root_of(_base_of(base_url))

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        """Whether it lists models in OpenAI's shape. Others do so too: to be asked after all other kinds."""
        if probe.path != "/v1/models" or not isinstance(probe.json, Mapping):
            return False
        return isinstance(probe.json.get("data"), list)

    def url(self, base_url: str, path: str) -> str:
        return super().url(_base_of(base_url), path)

    async def default_model(self) -> str:
        try:
            return await super().default_model()
        except BadResponse as error:
            raise ModelNotFound(
                "The connection names no model, and the server has no list of them.",
                hint="Type the model's name into the connection.",
                detail=error.detail,
            ).on(self.endpoint.name) from error


def _is_whole(url: str) -> bool:
    """Whether an address of requests stands right under its host, or under `/api`, as Open WebUI's does."""
    return urls.path_of(url).removeprefix("/api") in (_CHAT, _LEGACY)


def _base_of(url: str) -> str:
    return re.sub(f"(?:{_CHAT}|{_LEGACY})$", "", url) if _is_whole(url) else url


provider = Custom
