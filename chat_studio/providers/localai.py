"""LocalAI: chat completions and much beside them, with backends of many makers."""

from __future__ import annotations

from chat_studio.errors import BadResponse, Unauthorized
from chat_studio.providers._chat_completions.body import prompt_of
from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._own_servers.localai import ADVICE, PROGRAM
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.probes import words_of
from chat_studio.providers.values import ChatRequest, ModelInfo, Probe, Recognition, Variables


class LocalAi(OwnServerProvider):
    kind = "localai"
    label = "LocalAI"
    default_base_url = "http://localhost:8080/v1"
    variables = Variables(("LOCALAI_API_KEY",))
    recognition = Recognition(ports=(8080,), probes=("/.well-known/localai.json", "/version"))
    quirks = Quirks(reasoning_field="reasoning")
    advice_without_models = "Install one in LocalAI's web page, or by `local-ai models install NAME`."
    version_path = "/version"
    health_path = "/readyz"
    unhealthy_while_loading = True
    program = PROGRAM
    advice = ADVICE

    @classmethod
    def advice_for_missing(cls, model: str) -> str:
        return f"Install it by `local-ai models install {model}`, or choose another model."

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        """It answers as Ollama does, too: this must be asked for before that."""
        told = json_values.mapping(probe.json)
        match probe.path:
            case "/.well-known/localai.json":
                return "version" in told and ("endpoints" in told or "capabilities" in told)
            case "/version":  # vLLM's has no “v”
                return json_values.text(told.get("version")).startswith("v") and len(told) == 1
        return words_of(probe) == "An authentication key is required"

    async def count_tokens(self, request: ChatRequest) -> int | None:
        """The tokens of the texts; what the model's template adds is not counted."""
        with self.explaining():
            asked = {"model": await self.model_for(request), "content": prompt_of(request.messages)}
            tokens = (await self.counted("tokenize", asked)).get("tokens")
            return len(tokens) if isinstance(tokens, list) else None

    async def listed(self) -> list[ModelInfo]:
        try:
            return read_models(await self.told("models/capabilities", Unauthorized))
        except BadResponse:
            return await super().listed()


provider = LocalAi
