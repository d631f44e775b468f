"""vLLM's OpenAI-compatible server."""

from __future__ import annotations

from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._own_servers.vllm import ADVICE, PROGRAM
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers.values import MODELS, ChatRequest, Probe, Recognition, Variables

_COUNTED = ("model", "messages", "prompt", "tools", "chat_template", "chat_template_kwargs")


class Vllm(OwnServerProvider):
    kind = "vllm"
    label = "vLLM"
    default_base_url = "http://localhost:8000/v1"
    variables = Variables(("VLLM_API_KEY",), ("VLLM_BASE_URL",), "VLLM")
    recognition = Recognition(ports=(8000,), probes=("/version",))
    quirks = Quirks(reasoning_field="reasoning")
    version_path = "/version"
    health_path = "/health"
    program = PROGRAM
    advice = ADVICE

    @classmethod
    def advice_for_missing(cls, model: str) -> str:
        return f"vLLM serves what it was started with: `vllm serve {model}`, or choose the model that it lists."

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        match probe.path, probe.json:
            case "/version", {"version": str(version), **others}:
                return version[:1].isdigit() and not others and probe.headers.get("server") == "uvicorn"
            case path, {"error": "Unauthorized", **others} if path == MODELS:
                return not others
        first = first_model(probe)
        return first.get("owned_by") == "vllm" or ("max_model_len" in first and "permission" in first)

    async def count_tokens(self, request: ChatRequest) -> int | None:
        with self.explaining():
            _, body = self.body(await self.model_for(request), request)
            asked = {name: value for name, value in body.items() if name in _COUNTED}
            return json_values.count((await self.counted("/tokenize", asked)).get("count"))


provider = Vllm
