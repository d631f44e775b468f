"""Any other server that speaks OpenAI's chat completions: llama.cpp, LM Studio, LocalAI, SGLang, gateways…"""

from __future__ import annotations

from collections.abc import Mapping

from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers.values import Probe


class Custom(ChatCompletionsProvider):
    kind = "custom"
    label = "OpenAI-compatible"

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        """Whether it lists models in OpenAI's shape. Others do so too: to be asked after all other kinds."""
        if probe.path != "/v1/models" or not isinstance(probe.json, Mapping):
            return False
        return isinstance(probe.json.get("data"), list)


provider = Custom
