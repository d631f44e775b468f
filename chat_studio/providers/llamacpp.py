"""llama.cpp's `llama-server`, with one model or as a router of several."""

from __future__ import annotations

from dataclasses import replace

from chat_studio.errors import ContextLengthExceeded, ImagesUnsupported, ModelLoading, ToolsUnsupported, Unauthorized
from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.own_servers import Advice, OwnServer
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
    program = OwnServer(
        "llama.cpp",
        start="run `llama-server -m MODEL.gguf`",
        start_on={"win32": "run `llama-server.exe -m MODEL.gguf`"},
        port="Its port is 8080, in newer versions 9931, unless --port says otherwise.",
        elsewhere="Other computers reach llama-server only with --host 0.0.0.0, and through the firewall.",
    )
    advice = Advice(
        {"--embeddings": "Start llama-server with --embeddings, for a model that makes them."},
        {
            ModelLoading: "llama-server is still reading the model. Its log says when it listens; then ask again.",
            ImagesUnsupported: "Start llama-server with --mmproj FILE, for a model that can see, or remove the image.",
            ToolsUnsupported: "Start llama-server with --jinja: older builds take tools only with it.",
            ContextLengthExceeded: "Start a new conversation, or start llama-server with a larger -c (tokens; 0 is the "
            "most that the model can).",
            Unauthorized: "llama-server was started with --api-key: enter that key in this connection.",
        },
    )

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
        """By one question, or in older builds by two: for the prompt that it makes, and for the tokens of that."""
        with self.explaining():
            _, body = self.body(await self.model_for(request), request)
            count = (await self.counted("chat/completions/input_tokens", body)).get("input_tokens")
            if count is None and "messages" in body:
                prompt = (await self.counted("/apply-template", body)).get("prompt")
                asked = {"content": prompt, "add_special": True, "parse_special": True}
                tokens = (await self.counted("/tokenize", asked)).get("tokens") if prompt else None
                count = len(tokens) if isinstance(tokens, list) else None
            return json_values.count(count)

    async def listed(self) -> list[ModelInfo]:
        """A router tells the states of its models in the list; otherwise the properties tell of the only one."""
        models = await super().listed()
        if len(models) != 1 or models[0].loaded is not None:
            return models
        properties = await self.told("/props")
        context = json_values.mapping(properties.get("default_generation_settings")).get("n_ctx")
        able = {name for name, has in json_values.mapping(properties.get("modalities")).items() if has is True}
        if json_values.mapping(properties.get("chat_template_caps")).get("supports_tools") is True:
            able.add("tools")
        only = models[0]
        return [
            replace(
                only,
                context_length=json_values.count(context) or only.context_length,
                capabilities=only.capabilities | able,
                loaded=not properties.get("is_sleeping") if properties else None,
            )
        ]


provider = LlamaCpp
