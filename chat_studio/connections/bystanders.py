"""Servers without a kind of their own, told by name: they speak OpenAI's chat completions, so `custom` serves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chat_studio.providers.values import MODELS, Probe

PATHS = ("/api/extra/version", "/info", "/get_model_info", "/v1/internal/model/info")
"""What they are asked, after all else."""

SERVICES: Mapping[str, tuple[str, str]] = {
    "api.deepseek.com": ("DeepSeek", "https://api.deepseek.com/v1"),
    "api.fireworks.ai": ("Fireworks", "https://api.fireworks.ai/inference/v1"),
    "api.groq.com": ("Groq", "https://api.groq.com/openai/v1"),
    "api.perplexity.ai": ("Perplexity", "https://api.perplexity.ai"),
    "api.together.ai": ("Together", "https://api.together.ai/v1"),
    "api.together.xyz": ("Together", "https://api.together.xyz/v1"),
}
"""Host → the service's name and its base URL. They are not asked anything."""


def name_of(probe: Probe) -> str:
    """The name of the server that answers a probe like this, "" if it is none of these."""
    told = _BY_PATH.get(probe.path)
    return told(probe.json) if told and isinstance(probe.json, Mapping) and probe.status < 400 else ""


def _by_owner(body: Mapping[str, object]) -> str:
    data = body.get("data")
    first = data[0] if isinstance(data, list) and data else None
    owner = first.get("owned_by") if isinstance(first, Mapping) else None
    return {"sglang": "SGLang", "koboldcpp": "KoboldCpp"}.get(str(owner), "")


def _with(name: str, *fields: str) -> Callable[[Mapping[str, object]], str]:
    """Reads a body that is this server's if it has these fields."""
    return lambda body: name if body.keys() >= set(fields) else ""


_BY_PATH: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    MODELS: _by_owner,
    "/api/extra/version": lambda body: "KoboldCpp" if body.get("result") == "KoboldCpp" else "",
    "/info": _with("Text Generation Inference", "model_id", "max_input_tokens"),
    "/get_model_info": _with("SGLang", "model_path", "is_generation"),
    "/v1/internal/model/info": _with("text-generation-webui", "model_name", "lora_names"),
}
