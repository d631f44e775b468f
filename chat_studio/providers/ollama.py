"""Ollama, through its own API: lines of JSON, options of the model, thinking apart from the text."""

from __future__ import annotations

from collections.abc import Mapping

from chat_studio.providers._ollama.addresses import PORT, canonical
from chat_studio.providers._ollama.provider import OllamaProvider
from chat_studio.providers.values import MODELS, Capabilities, Probe, Recognition, Variables

_LOCALAI_VERSION = "0.9.0"
"""What LocalAI answers as Ollama's version, whatever its own (mudler/LocalAI)."""


class Ollama(OllamaProvider):
    kind = "ollama"
    label = "Ollama"
    default_base_url = f"http://localhost:{PORT}"
    variables = Variables(("OLLAMA_API_KEY",), ("OLLAMA_BASE_URL", "OLLAMA_HOST"), "OLLAMA")
    capabilities = Capabilities(embeddings=True)
    recognition = Recognition(
        hosts=("ollama.com", "*-11434.proxy.runpod.net"), ports=(PORT,), probes=("/", "/api/version")
    )
    advice_without_models = "Download one, as in `ollama pull qwen3`."

    @classmethod
    def advice_for_missing(cls, model: str) -> str:
        return f"Download it with `ollama pull {model}`, or choose another model."

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        return canonical(typed)

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        match probe.path, probe.json:
            case "/", _:
                return probe.text.strip().startswith("Ollama is running")
            case "/api/version", {"version": str(version), **others}:
                return not others and version != _LOCALAI_VERSION
            case path, {"data": list(models)} if path == MODELS:
                return any(isinstance(model, Mapping) and model.get("owned_by") == "library" for model in models)
        return False


provider = Ollama
