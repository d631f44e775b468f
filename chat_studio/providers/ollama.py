"""Ollama, through its own API: lines of JSON, options of the model, thinking apart from the text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, ClassVar, Literal

from pydantic import Field

from chat_studio.errors import BadResponse, EndpointError, InvalidRequest, ModelNotFound, Unauthorized, WrongAddress
from chat_studio.events import VISIBLE, Event, Notice
from chat_studio.providers._ollama.body import chat_body, generate_body
from chat_studio.providers._ollama.decoder import OllamaDecoder
from chat_studio.providers._ollama.hints import FORBIDDEN, LOOPBACK, hint_for
from chat_studio.providers._ollama.models import described, read_models
from chat_studio.providers._ollama.repairs import Repairs
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.http import HttpProvider
from chat_studio.providers.values import (
    MODELS,
    Capabilities,
    ChatRequest,
    Endpoint,
    ModelInfo,
    Options,
    Probe,
    Recognition,
    ServerInfo,
    Variables,
)

PORT = 11434

_LOCALAI_VERSION = "0.9.0"
"""What LocalAI answers as Ollama's version, whatever its own (mudler/LocalAI)."""


class OllamaOptions(Options):
    """What Ollama lets the user choose beyond its parameters."""

    api: Literal["auto", "chat", "generate"] = Field(
        default="auto",
        title="Requests",
        description="“generate” goes on with a text, for base models; “auto” does so where a model cannot chat",
    )


class Ollama(HttpProvider):
    kind = "ollama"
    label = "Ollama"
    default_base_url = f"http://localhost:{PORT}"
    advice_without_models = "Download one, as in `ollama pull qwen3`."
    variables = Variables(("OLLAMA_API_KEY",), ("OLLAMA_BASE_URL", "OLLAMA_HOST"), "OLLAMA")
    capabilities = Capabilities(embeddings=True)
    recognition = Recognition(
        hosts=("ollama.com", "*-11434.proxy.runpod.net"), ports=(PORT,), probes=("/", "/api/version")
    )
    Options: ClassVar[type[Options]] = OllamaOptions

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._repairs = Repairs()
        self._api = self.options.api if isinstance(self.options, OllamaOptions) else "auto"

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
        is_bare = re.fullmatch(r"http://[^/]+", url) and not re.search(r":\d+$", url)
        return f"{url}:{PORT}" if is_bare and ("://" not in typed or urls.host_of(url) in LOOPBACK) else url

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

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        with self.explaining():
            model = request.model or self.endpoint.model or await self.default_model()
            try:
                async with aclosing(self._answer(model, request)) as events:
                    async for event in events:
                        yield event
            except ModelNotFound as error:
                error.hint = self.advice_for_missing(model)
                raise

    async def _answer(self, model: str, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Asks again, before anything was shown, where Ollama's refusal says how to ask better."""
        while True:
            path, body = self._request(model, request)
            shown = False
            try:
                async with aclosing(self.events(path, body, OllamaDecoder(model), model=model)) as events:
                    async for event in events:
                        shown = shown or isinstance(event, VISIBLE)
                        yield event
            except InvalidRequest as error:
                notice = "" if shown else self._repairs.learn(model, body, error, may_generate=self._api == "auto")
                if not notice:
                    raise
                yield Notice(notice)
            else:
                return

    def _request(self, model: str, request: ChatRequest) -> tuple[str, dict[str, Any]]:
        """The path of a request and its body, as far as is known what this model takes."""
        if self._api == "generate" or (self._api == "auto" and self._repairs.is_base_model(model)):
            path, body = "api/generate", generate_body(request, self.endpoint, model)
        else:
            path, body = "api/chat", chat_body(request, self.endpoint, model)
        return path, self._repairs.apply(model, body)

    async def list_models(self) -> Sequence[ModelInfo]:
        """The models on the server's disk, those changed last first."""
        with self.explaining():
            return await self._models()

    async def describe(self, model: str) -> ModelInfo:
        with self.explaining():
            return described(model, await self.fetch("POST", "api/show", {"model": model}, model=model))

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
            host = urls.host_of(self.base_url)
            error = WrongAddress(f"Ollama does not answer under the name {host} ({FORBIDDEN}).", status=FORBIDDEN)
        return super().explain(error)

    def hint(self, error: EndpointError) -> str:
        return hint_for(error, self.base_url)

    async def _models(self) -> list[ModelInfo]:
        tags, running = await asyncio.gather(
            self.fetch("GET", "api/tags"), self.fetch("GET", "api/ps"), return_exceptions=True
        )
        if isinstance(tags, BaseException):
            raise tags
        if isinstance(running, EndpointError):
            running = {}  # ollama.com keeps no models in memory for anyone, and old versions have no list of them
        elif isinstance(running, BaseException):
            raise running
        return read_models(tags, running)


provider = Ollama
