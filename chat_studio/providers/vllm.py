"""vLLM's OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Mapping

from chat_studio.errors import ConnectionRefused, ContextLengthExceeded, EndpointError, ToolsUnsupported
from chat_studio.providers._chat_completions.provider import ChatCompletionsProvider
from chat_studio.providers.values import Probe, Recognition, ServerInfo, Variables

_HINTS: dict[type[EndpointError], str] = {
    ConnectionRefused: "Is vLLM running? It listens on port 8000 unless --port says otherwise, and other computers "
    "reach it only with --host 0.0.0.0 and through the firewall.",
    ToolsUnsupported: "Start vLLM with --enable-auto-tool-choice and --tool-call-parser NAME, or switch the tools off.",
    ContextLengthExceeded: "Shorten the conversation or lower max_tokens, or start vLLM with a larger --max-model-len.",
}


class Vllm(ChatCompletionsProvider):
    kind = "vllm"
    label = "vLLM"
    default_base_url = "http://localhost:8000/v1"
    variables = Variables(("VLLM_API_KEY",), ("VLLM_BASE_URL",), "VLLM")
    recognition = Recognition(ports=(8000,))

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        data = probe.json.get("data") if probe.path == "/v1/models" and isinstance(probe.json, dict) else None
        first = data[0] if isinstance(data, list) and data else None
        return isinstance(first, Mapping) and (
            first.get("owned_by") == "vllm" or ("max_model_len" in first and "permission" in first)
        )

    async def check(self) -> ServerInfo:
        info = await super().check()
        try:
            told = await self.fetch("GET", "/version")
        except EndpointError:
            return info  # a gateway in front of it may offer /v1 only
        version = told.get("version") if isinstance(told, dict) else None
        return ServerInfo(version=str(version or ""), note=info.note)

    def hint(self, error: EndpointError) -> str:
        return _HINTS.get(type(error)) or super().hint(error)


provider = Vllm
