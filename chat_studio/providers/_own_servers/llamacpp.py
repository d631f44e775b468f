"""Starting llama-server, what to do about its failures, and what its properties tell of its model."""

from __future__ import annotations

from dataclasses import replace

from chat_studio.errors import ContextLengthExceeded, ImagesUnsupported, ModelLoading, ToolsUnsupported, Unauthorized
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import OwnServer
from chat_studio.providers.values import ModelInfo

PROGRAM = OwnServer(
    "llama.cpp",
    start="run `llama-server -m MODEL.gguf`",
    start_on={"win32": "run `llama-server.exe -m MODEL.gguf`"},
    port="Its port is 8080, in newer versions 9931, unless --port says otherwise.",
    elsewhere="Other computers reach llama-server only with --host 0.0.0.0, and through the firewall.",
)
ADVICE = Advice(
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


def with_properties(model: ModelInfo, properties: json_values.Object) -> ModelInfo:
    """A model with what `/props` tells of it: the context as it was allocated, and what model and template can do."""
    context = json_values.mapping(properties.get("default_generation_settings")).get("n_ctx")
    able = {name for name, has in json_values.mapping(properties.get("modalities")).items() if has is True}
    if json_values.mapping(properties.get("chat_template_caps")).get("supports_tools") is True:
        able.add("tools")
    return replace(
        model,
        context_length=json_values.count(context) or model.context_length,
        capabilities=model.capabilities | able,
        loaded=properties.get("is_sleeping") is not True,
    )
