"""The provider behind every OpenAI-compatible kind: `/chat/completions`, `/models`, `/embeddings`."""

from __future__ import annotations

import difflib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, ClassVar

from chat_studio.errors import BadResponse, EndpointError, InvalidRequest, ModelNotFound, WrongAddress
from chat_studio.events import VISIBLE, Event, Notice
from chat_studio.providers import _json, _urls
from chat_studio.providers._chat_decoder import ChatDecoder
from chat_studio.providers._chat_models import read_models
from chat_studio.providers._chat_repairs import Repairs
from chat_studio.providers._chat_request import Quirks, chat_body
from chat_studio.providers._http import HttpProvider
from chat_studio.providers.base import Capabilities, ChatRequest, Endpoint, ModelInfo, ServerInfo

_NAMED_MODELS = 6


class ChatCompletionsProvider(HttpProvider):
    """Subclasses set label, address, key variable, quirks and hints."""

    capabilities: ClassVar[Capabilities] = Capabilities(embeddings=True)
    quirks: ClassVar[Quirks] = Quirks()

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._repairs = Repairs()
        self._only_model = ""
        self._address_is_sure = False

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        return _urls.with_version(typed)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        with self.explaining():
            model = request.model or self.endpoint.model or await self._first_model()
            body = chat_body(request, self.endpoint, model, self.quirks)
            async with aclosing(self._answer(model, body)) as events:
                async for event in events:
                    yield event

    async def list_models(self) -> Sequence[ModelInfo]:
        with self.explaining():
            return await self._models()

    async def check(self) -> ServerInfo:
        with self.explaining():
            count = len(await self._models())
            return ServerInfo(note=f"{count} model{'' if count == 1 else 's'}")

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        with self.explaining():
            body = {"model": model or self.endpoint.model, "input": list(texts)}
            return _vectors(await self.fetch("POST", self.url("embeddings"), body, model=model), len(texts))

    async def _answer(self, model: str, body: Mapping[str, Any]) -> AsyncGenerator[Event, None]:
        """Asks again, before anything was shown, where the server's refusal says how to ask better."""
        while True:
            sent = self._repairs.apply(model, body)
            shown = False
            try:
                decoder = ChatDecoder(model)
                async with aclosing(self.events(self.url("chat/completions"), sent, decoder, model=model)) as events:
                    async for event in events:
                        shown = shown or isinstance(event, VISIBLE)
                        yield event
            except InvalidRequest as error:
                notice = "" if shown else self._repairs.learn(model, sent, error)
                if not notice:
                    raise
                yield Notice(notice)
            except WrongAddress:
                if shown or await self._models_elsewhere() is None:
                    raise
            except ModelNotFound as error:
                await self._suggest(model, error)
                raise
            else:
                return

    async def _models(self) -> list[ModelInfo]:
        try:
            models = read_models(await self.fetch("GET", self.url("models")))
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
        other = _urls.other_form(self.base_url)
        try:
            models = read_models(await self.fetch("GET", _urls.join(other, "models")))
        except EndpointError:
            return None
        self.base_url = other
        return models

    async def _first_model(self) -> str:
        """For a connection that names no model: the first that the server lists."""
        if not self._only_model:
            models = await self._models()
            if not models:
                raise ModelNotFound("The connection names no model, and the server lists none.", hint="Type its name.")
            self._only_model = models[0].id
        return self._only_model

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
    items = [_json.mapping(item) for item in _json.items(_json.mapping(body).get("data"))]
    items.sort(key=lambda item: _json.count(item.get("index")) or 0)
    vectors = [vector for item in items if (vector := _json.vector(item.get("embedding"))) is not None]
    if len(vectors) != count:
        raise BadResponse(
            "The server did not send one vector for each text.",
            hint="Use a model that is made for embeddings.",
            detail=str(body)[:300],
        )
    return vectors
