"""vLLM's OpenAI-compatible server."""

from __future__ import annotations

from chat_studio.errors import ContextLengthExceeded, ImagesUnsupported, Overloaded, ToolsUnsupported
from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.own_servers import Advice, OwnServer
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers.values import MODELS, ChatRequest, Probe, Recognition, Variables

_COUNTED = ("model", "messages", "prompt", "tools", "chat_template", "chat_template_kwargs")
_IMAGES = "Remove images, or serve a model that can see; --limit-mm-per-prompt says how many it takes at once."


class Vllm(OwnServerProvider):
    kind = "vllm"
    label = "vLLM"
    default_base_url = "http://localhost:8000/v1"
    variables = Variables(("VLLM_API_KEY",), ("VLLM_BASE_URL",), "VLLM")
    recognition = Recognition(ports=(8000,), probes=("/version",))
    quirks = Quirks(reasoning_field="reasoning")
    version_path = "/version"
    health_path = "/health"
    program = OwnServer(
        "vLLM",
        start="run `vllm serve MODEL`",
        port="It listens on port 8000 unless --port says otherwise.",
        elsewhere="Other computers reach vLLM only with --host 0.0.0.0, and through the firewall (port 8000).",
    )
    advice = Advice(
        {"image(s) may be provided": _IMAGES},
        {
            ToolsUnsupported: "Start vLLM with --enable-auto-tool-choice and --tool-call-parser NAME, or switch the "
            "tools off.",
            ImagesUnsupported: _IMAGES,
            ContextLengthExceeded: "Shorten the conversation or lower max_tokens, or start vLLM with a larger "
            "--max-model-len.",
            Overloaded: "vLLM's engine may have stopped: look into its log, and start vLLM again.",
        },
    )

    @classmethod
    def advice_for_missing(cls, model: str) -> str:
        return f"vLLM serves what it was started with: `vllm serve {model}`, or choose the model that it lists."

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        match probe.path, probe.json:
            case "/version", {"version": str(version), **others}:
                return version[:1].isdigit() and not others and probe.headers.get("server") == "uvicorn"
            case _, {"error": "Unauthorized"}:
                return probe.path == MODELS
        first = first_model(probe)
        return first.get("owned_by") == "vllm" or ("max_model_len" in first and "permission" in first)

    async def count_tokens(self, request: ChatRequest) -> int | None:
        with self.explaining():
            _, body = self.body(await self.model_for(request), request)
            asked = {name: value for name, value in body.items() if name in _COUNTED}
            return json_values.count((await self.counted("/tokenize", asked)).get("count"))


provider = Vllm
