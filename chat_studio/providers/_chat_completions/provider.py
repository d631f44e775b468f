"""The provider behind every OpenAI-compatible kind: `/chat/completions`, `/models`, `/embeddings`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from chat_studio.errors import BadResponse, EndpointError, InvalidRequest, ModelNotFound, ServerFailed, WrongAddress
from chat_studio.providers._chat_completions.body import chat_body, completion_body, withheld
from chat_studio.providers._chat_completions.decoder import ChatDecoder
from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._chat_completions.repairs import Repairs
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.asking import AskingProvider
from chat_studio.providers._wire.embeddings import vectors
from chat_studio.providers.values import Capabilities, ChatRequest, Endpoint, ModelInfo, Options, ServerInfo

_NAMED_MODELS = 6


class ChatOptions(Options):
    """What every OpenAI-compatible kind lets the user choose."""

    api: Literal["auto", "chat", "completions"] = Field(
        default="auto",
        title="Requests",
        description="“completions” goes on with a text, for base models; “auto” does so where a model cannot chat",
    )


class ChatCompletionsProvider(AskingProvider):
    """Subclasses set label, address, variables, quirks and advice."""

    capabilities: ClassVar[Capabilities] = Capabilities(embeddings=True)
    quirks: ClassVar[Quirks] = Quirks()
    Options: ClassVar[type[Options]] = ChatOptions

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._api = self.chosen(ChatOptions).api
        self._repairs = Repairs(may_complete=self._api == "auto")
        self._address_is_sure = len(endpoint.urls) > 0

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        return urls.with_version(typed)

    async def list_models(self) -> Sequence[ModelInfo]:
        with self.explaining():
            return await self._models()

    async def check(self) -> ServerInfo:
        with self.explaining():
            count = len(await self._models())
            return ServerInfo(note=f"{count} model{'' if count == 1 else 's'}")

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        with self.explaining():
            body: dict[str, Any] = {"model": model or self.endpoint.model, "input": list(texts)}
            path = self.route("embeddings", body["model"])
            try:
                return _vectors(await self.fetch("POST", path, body, model=model), len(texts))
            except WrongAddress as error:
                error.hint = "This server makes no embeddings, at least not with the model that it serves now."
                raise

    def body(self, model: str, request: ChatRequest) -> tuple[str, Mapping[str, Any]]:
        quirks = self._repairs.quirks(model, self.quirks.of(model))
        if not self.capabilities.streaming:
            request = replace(request, stream=False)
        if self._api == "completions" or self._repairs.is_base_model(model):
            path, body = "completions", completion_body(request, self.endpoint, model, quirks)
        else:
            path, body = "chat/completions", chat_body(request, self.endpoint, model, quirks)
        return self.route(path, model), self._repairs.apply(model, body)

    def route(self, path: str, model: str) -> str:
        """The path of a request for a model: the same for all, where the body names it."""
        del model
        return path

    def decoder(self, model: str) -> ChatDecoder:
        return ChatDecoder(model)

    async def learn(self, model: str, sent: Mapping[str, Any], error: EndpointError) -> str | None:
        """Fields, roles and routes that the server refuses, or the other form of its address."""
        if not isinstance(error, InvalidRequest | WrongAddress | ModelNotFound | ServerFailed):
            return None
        quirks = self._repairs.quirks(model, self.quirks.of(model))
        if notice := self._repairs.learn(model, sent, error, quirks):
            return notice
        if isinstance(error, WrongAddress) and await self._is_elsewhere():
            return ""
        if isinstance(error, ModelNotFound):
            await self._suggest(model, error)
        return None

    def unsaid(self, model: str, request: ChatRequest) -> Iterator[str]:
        if fields := withheld(request, self.endpoint, model, self.quirks):
            names = ", ".join(f"“{name}”" for name in fields)
            yield f"“{model}” does not take {names}: the request is sent without."

    async def listed(self) -> list[ModelInfo]:
        """The models at the address as it is now. Raises EndpointError."""
        return read_models(await self.fetch("GET", "models"))

    async def _is_elsewhere(self) -> bool:
        """Whether there is another form of the address to ask, after nothing was found at this one."""
        return await self._models_elsewhere() is not None

    async def _models(self) -> list[ModelInfo]:
        try:
            models = await self.listed()
        except BadResponse:
            elsewhere = await self._models_elsewhere()
            if elsewhere is None:
                raise
            return elsewhere
        self._address_is_sure = True
        return models

    async def _models_elsewhere(self) -> list[ModelInfo] | None:
        """The models at the address with `/v1` in place of without, or the reverse; the one that works is kept."""
        if self._address_is_sure:
            return None
        self._address_is_sure = True
        here = self.base_url
        self._addresses.rewrite(urls.other_form)
        try:
            return await self.listed()
        except EndpointError:
            self._addresses.rewrite(lambda _: here)
            return None

    async def _suggest(self, model: str, error: ModelNotFound) -> None:
        """Names the models there are, those of a similar name first."""
        try:
            names = [known.id for known in await self._models()]
        except EndpointError:
            return
        close = difflib.get_close_matches(model, names, _NAMED_MODELS, cutoff=0.5)
        shown = [*close, *(name for name in names if name not in close)][:_NAMED_MODELS]
        if shown:
            more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
            error.hint = f"The server offers: {', '.join(shown)}{more}."


def _vectors(body: object, count: int) -> list[list[float]]:
    items = [json_values.mapping(item) for item in json_values.items(json_values.mapping(body).get("data"))]
    items.sort(key=lambda item: json_values.count(item.get("index")) or 0)
    return vectors([item.get("embedding") for item in items], count, body)
