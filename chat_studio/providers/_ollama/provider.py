"""Asking Ollama by its own protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from chat_studio.errors import BadResponse, EndpointError, InvalidRequest, ModelNotFound, Unauthorized, WrongAddress
from chat_studio.providers._ollama.body import chat_body, generate_body
from chat_studio.providers._ollama.decoder import OllamaDecoder
from chat_studio.providers._ollama.hints import FORBIDDEN, hint_for
from chat_studio.providers._ollama.models import described, read_models
from chat_studio.providers._ollama.repairs import Repairs
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.asking import AskingProvider
from chat_studio.providers._wire.embeddings import vectors
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, Options, ServerInfo


class OllamaOptions(Options):
    """What Ollama lets the user choose beyond its parameters."""

    api: Literal["auto", "chat", "generate"] = Field(
        default="auto",
        title="Requests",
        description="“generate” goes on with a text, for base models; “auto” does so where a model cannot chat",
    )


class OllamaProvider(AskingProvider):
    """`/api/chat`, `/api/generate`, `/api/embed`, and what the server tells of its models."""

    Options: ClassVar[type[Options]] = OllamaOptions

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._repairs = Repairs()
        self._api = self.chosen(OllamaOptions).api

    def body(self, model: str, request: ChatRequest) -> tuple[str, Mapping[str, Any]]:
        if self._api == "generate" or (self._api == "auto" and self._repairs.is_base_model(model)):
            path, body = "api/generate", generate_body(request, self.endpoint, model)
        else:
            path, body = "api/chat", chat_body(request, self.endpoint, model)
        return path, self._repairs.apply(model, body)

    def decoder(self, model: str) -> OllamaDecoder:
        return OllamaDecoder(model)

    async def learn(self, model: str, sent: Mapping[str, Any], error: EndpointError) -> str | None:
        """Models that do not think, or do not chat."""
        if isinstance(error, ModelNotFound):
            error.hint = self.advice_for_missing(model)
        if not isinstance(error, InvalidRequest):
            return None
        return self._repairs.learn(model, sent, error, may_generate=self._api == "auto") or None

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
            version = json_values.text(json_values.mapping(body).get("version"))
            if not version:
                raise BadResponse("The server did not tell Ollama's version.", detail=str(body)[:300])
            return ServerInfo(version=version)

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        with self.explaining():
            name = model or self.endpoint.model
            body = {"model": name, "input": list(texts)}
            answer = await self.fetch("POST", "api/embed", body, model=name)
            return vectors(json_values.items(json_values.mapping(answer).get("embeddings")), len(texts), answer)

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
