"""Ollama, through its own API: lines of JSON, options of the model, thinking apart from the text."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

from chat_studio.errors import BadResponse, EndpointError, ModelNotFound, Unauthorized, WrongAddress
from chat_studio.events import Event
from chat_studio.providers._ollama.body import chat_body
from chat_studio.providers._ollama.decoder import OllamaDecoder
from chat_studio.providers._ollama.hints import FORBIDDEN, LOOPBACK, hint_for
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.http import HttpProvider
from chat_studio.providers.values import Capabilities, ChatRequest, ModelInfo, Probe, Recognition, ServerInfo, Variables

PORT = 11434

_LOCALAI_VERSION = "0.9.0"
"""What LocalAI answers as Ollama's version, whatever its own (mudler/LocalAI)."""


class Ollama(HttpProvider):
    kind = "ollama"
    label = "Ollama"
    default_base_url = f"http://localhost:{PORT}"
    advice_without_models = "Download one, as in `ollama pull qwen3`."
    variables = Variables(("OLLAMA_API_KEY",), ("OLLAMA_BASE_URL", "OLLAMA_HOST"), "OLLAMA")
    capabilities = Capabilities(embeddings=True)
    recognition = Recognition(hosts=("ollama.com",), ports=(PORT,), probes=("/", "/api/version"))

    @classmethod
    def advice_for_missing(cls, model: str) -> str:
        return f"Download it with `ollama pull {model}`, or choose another model."

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """The server's root, without `/api` or `/v1`.

        A host without scheme and port means port 11434, as in OLLAMA_HOST. `http://host` means port 80 there, and here
        too, except on this computer: nobody runs Ollama on port 80, but many write `http://localhost`.
        """
        url = re.sub(r"/(?:api|v1)(?:/.*)?$", "", urls.without_version(typed))
        parts = urlsplit(url)
        is_bare = parts.scheme == "http" and not parts.path and not re.search(r":\d+$", parts.netloc)
        return f"{url}:{PORT}" if is_bare and ("://" not in typed or parts.hostname in LOOPBACK) else url

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        match probe.path, probe.json:
            case "/", _:
                return probe.text.strip().startswith("Ollama is running")
            case "/api/version", {"version": str(version), **others}:
                return not others and version != _LOCALAI_VERSION
            case "/v1/models", {"data": list(models)}:
                return any(isinstance(model, Mapping) and model.get("owned_by") == "library" for model in models)
        return False

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        with self.explaining():
            model = request.model or self.endpoint.model or await self.default_model()
            body = chat_body(request, self.endpoint, model)
            try:
                events = self.events("api/chat", body, OllamaDecoder(model), model=model)
                async with aclosing(events):
                    async for event in events:
                        yield event
            except ModelNotFound as error:
                error.hint = self.advice_for_missing(model)
                raise

    async def list_models(self) -> Sequence[ModelInfo]:
        """The models on the server's disk, those changed last first."""
        with self.explaining():
            return await self._models()

    async def check(self) -> ServerInfo:
        with self.explaining():
            body = await self.fetch("GET", "api/version")
            version = body.get("version") if isinstance(body, Mapping) else None
            if not isinstance(version, str):
                raise BadResponse("The server did not tell Ollama's version.", detail=str(body)[:300])
            return ServerInfo(version=version)

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        with self.explaining():
            name = model or self.endpoint.model
            body = {"model": name, "input": list(texts)}
            answer = await self.fetch("POST", "api/embed", body, model=name)
            told = json_values.items(json_values.mapping(answer).get("embeddings"))
            vectors = [vector for numbers in told if (vector := json_values.vector(numbers)) is not None]
            if len(vectors) != len(texts):
                raise BadResponse("Ollama did not send one vector for each text.", detail=str(answer)[:300])
            return vectors

    def explain(self, error: EndpointError) -> EndpointError:
        if isinstance(error, Unauthorized) and error.status == FORBIDDEN and not error.detail:
            host = urlsplit(self.base_url).hostname
            error = WrongAddress(f"Ollama does not answer under the name {host} ({FORBIDDEN}).", status=FORBIDDEN)
        return super().explain(error)

    def hint(self, error: EndpointError) -> str:
        return hint_for(error, self.base_url)

    async def _models(self) -> list[ModelInfo]:
        body = await self.fetch("GET", "api/tags")
        models = body.get("models") if isinstance(body, Mapping) else None
        if not isinstance(models, list):
            raise BadResponse("The server's list of models is not Ollama's.", detail=str(body)[:300])
        return [
            _model(item) for item in models if isinstance(item, Mapping) and (item.get("model") or item.get("name"))
        ]


def _model(item: Mapping[str, Any]) -> ModelInfo:
    """An entry of `/api/tags`; old servers tell neither context nor capabilities."""
    details = json_values.mapping(item.get("details"))
    return ModelInfo(
        id=str(item.get("model") or item.get("name")),
        context_length=json_values.count(details.get("context_length")) or None,
        size=json_values.count(item.get("size")),
        quantization=json_values.text(details.get("quantization_level")),
        capabilities=frozenset(name for name in json_values.items(item.get("capabilities")) if isinstance(name, str)),
    )


provider = Ollama
