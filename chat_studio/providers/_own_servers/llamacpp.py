"""Starting llama-server, what to do about its failures, counting tokens, and what its properties tell of its model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from chat_studio.errors import ContextLengthExceeded, ImagesUnsupported, ModelLoading, ToolsUnsupported, Unauthorized
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import OwnServer
from chat_studio.providers.values import ModelInfo

_THE_KEY = "llama-server was started with --api-key: enter that key in this connection."

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
        Unauthorized: _THE_KEY,
    },
    without_key=_THE_KEY,
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


async def tokens_of(
    body: json_values.Object, ask: Callable[[str, json_values.Object], Awaitable[json_values.Object]]
) -> int | None:
    """The tokens that a request fills; None where nobody counts them.

    By one question, or in older builds by two: for the prompt that it makes, and for the tokens of that.
    """
    count = (await ask("chat/completions/input_tokens", body)).get("input_tokens")
    if count is None and "messages" in body:
        prompt = (await ask("/apply-template", body)).get("prompt")
        asked = {"content": prompt, "add_special": True, "parse_special": True}
        tokens = (await ask("/tokenize", asked)).get("tokens") if prompt else None
        count = len(tokens) if isinstance(tokens, list) else None
    return json_values.count(count)
