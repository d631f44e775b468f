"""Any other server that speaks OpenAI's chat completions: SGLang, gateways, services without a kind of their own…"""

from __future__ import annotations

from chat_studio.errors import BadResponse, ModelNotFound
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers._chat_completions.quirks import ModelRule, Quirks
from chat_studio.providers._custom.addresses import base_of, canonical, is_legacy, is_whole
from chat_studio.providers._wire import json_values
from chat_studio.providers.values import MODELS, Endpoint, Probe


class Custom(ChatCompletionsProvider):
    kind = "custom"
    label = "OpenAI-compatible"
    quirks = Quirks(
        replays=frozenset({"reasoning_details", "extra_content"}),  # a gateway may have any service behind it
        models=(ModelRule("deepseek-", reasoning_field="reasoning_content"),),
    )

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._address_is_sure = self._address_is_sure or is_whole(self.base_url)

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        return canonical(typed)

    @classmethod
    def fields_of_url(cls, typed: str) -> dict[str, str]:
        return {"api": "completions"} if is_legacy(typed) else {}

    @classmethod
    def root_of(cls, base_url: str) -> str:
        return super().root_of(base_of(base_url))

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        """Whether it lists models in OpenAI's shape. Others do so too: to be asked after all other kinds."""
        return probe.path == MODELS and isinstance(json_values.mapping(probe.json).get("data"), list)

    def url(self, base_url: str, path: str) -> str:
        return super().url(base_of(base_url), path)

    async def default_model(self) -> str:
        try:
            return await super().default_model()
        except BadResponse as error:
            raise ModelNotFound(
                "The connection names no model, and the server has no list of them.",
                hint="Type the model's name into the connection.",
                detail=error.detail,
            ).on(self.endpoint.name) from error


provider = Custom
