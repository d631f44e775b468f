"""llama.cpp's `llama-server`, with one model or as a router of several."""

from __future__ import annotations

from chat_studio.errors import Unauthorized
from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._own_servers.llamacpp import ADVICE, PROGRAM, tokens_of, with_properties
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.probes import first_model, words_of
from chat_studio.providers.values import ChatRequest, ModelInfo, Probe, Recognition, ServerInfo, Variables

_SIGNS = ("Loading model", "Invalid API Key")
"""Words of its errors; the second is that of a missing key, too."""


class LlamaCpp(OwnServerProvider):
    kind = "llamacpp"
    label = "llama.cpp"
    default_base_url = "http://127.0.0.1:8080/v1"
    variables = Variables(("LLAMA_API_KEY",))
    recognition = Recognition(ports=(8080, 9931), probes=("/", "/props"))
    quirks = Quirks(reasoning_field="reasoning_content")
    advice_without_models = "Start llama-server with a model, as in `llama-server -hf ggml-org/Qwen3-8B-GGUF`."
    health_path = "/health"
    program = PROGRAM
    advice = ADVICE

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        first = first_model(probe)
        if first.get("owned_by") == "llamacpp" or "n_ctx_train" in json_values.mapping(first.get("meta")):
            return True
        if words_of(probe) in _SIGNS or (probe.path == "/" and "llama.cpp" in probe.text):
            return True
        return probe.path == "/props" and "default_generation_settings" in json_values.mapping(probe.json)

    async def check(self) -> ServerInfo:
        """Its list of models and its health are public: the properties prove the key."""
        with self.explaining():
            info = await super().check()
            build = json_values.text((await self.told("/props", Unauthorized)).get("build_info"))
            return ServerInfo(version=build, note=info.note)

    async def count_tokens(self, request: ChatRequest) -> int | None:
        with self.explaining():
            _, body = self.body(await self.model_for(request), request)
            return await tokens_of(body, self.counted)

    async def listed(self) -> list[ModelInfo]:
        """A router tells the states of its models in the list; otherwise the properties tell of the only one."""
        models = await super().listed()
        if len(models) != 1 or models[0].loaded is not None:
            return models
        properties = await self.told("/props")
        return [with_properties(models[0], properties)] if properties else models


provider = LlamaCpp
