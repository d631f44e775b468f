"""Asking servers that speak Anthropic's Messages protocol."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from chat_studio.errors import InvalidRequest, WrongAddress
from chat_studio.events import VISIBLE, Event, Notice
from chat_studio.providers._anthropic.body import count_body, lowered, messages_body, signatures, withheld
from chat_studio.providers._anthropic.decoder import AnthropicDecoder
from chat_studio.providers._anthropic.listing import FIRST_PAGE, SMALLEST_PAGE, models_of, next_page
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._chat_completions.repairs import Repairs
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.http import HttpProvider
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, ServerInfo

_ESSENTIAL = frozenset({"model", "messages", "system", "tools", "max_tokens", "stream"})
"""What is never left out because a server refuses it."""

_FOREIGN_THOUGHTS = re.compile("signature.{0,20}thinking", re.IGNORECASE)


class MessagesProvider(HttpProvider):
    """`/v1/messages`, the tokens of one, and `/v1/models`."""

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._repairs = Repairs(may_complete=False)
        self._foreign: set[str] = set()
        """Signatures of thoughts that the server does not take back: they are of another one's model."""
        self._told: set[str] = set()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        with self.explaining():
            model = await self.model_for(request)
            for notice in self._unsaid(request, model):
                yield notice
            async with aclosing(self._answer(model, request)) as events:
                async for event in events:
                    yield event

    async def list_models(self) -> Sequence[ModelInfo]:
        """The models that the key may use, the newest first."""
        with self.explaining():
            pages = await self.pages("v1/models", next_page, FIRST_PAGE)
            return [model for page in pages for model in models_of(page)]

    async def check(self) -> ServerInfo:
        with self.explaining():
            models_of(await self.fetch("GET", f"v1/models?{SMALLEST_PAGE}"))
            return ServerInfo()

    async def count_tokens(self, request: ChatRequest) -> int | None:
        with self.explaining():
            model = await self.model_for(request)
            body, patience = count_body(self._body(model, request)), self.endpoint.short_timeout
            try:
                told = await self.fetch("POST", "v1/messages/count_tokens", body, model=model, patience=patience)
            except WrongAddress:
                return None  # not every server of this protocol counts
            return json_values.count(json_values.mapping(told).get("input_tokens"))

    def _body(self, model: str, request: ChatRequest) -> dict[str, Any]:
        """The request, as far as is known what this model takes."""
        body = messages_body(request, self.endpoint, model, self._foreign)
        return self._repairs.apply(model, body)

    async def _answer(self, model: str, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Asks again, before anything was shown, where the server's refusal says how to ask better."""
        while True:
            body, shown = self._body(model, request), False
            try:
                async with aclosing(self.events("v1/messages", body, AnthropicDecoder(model), model=model)) as events:
                    async for event in events:
                        shown = shown or isinstance(event, VISIBLE)
                        yield event
            except InvalidRequest as error:
                notice = "" if shown else self._learn(model, body, error)
                if not notice:
                    raise
                yield Notice(notice)
            else:
                return

    def _learn(self, model: str, sent: Mapping[str, Any], error: InvalidRequest) -> str:
        """Takes a refusal to heart; returns what will be done, for the user, or "" if nothing can be."""
        if _FOREIGN_THOUGHTS.search(error.detail) and (foreign := signatures(sent) - self._foreign):
            self._foreign |= foreign
            return "Thoughts of another model cannot be sent back; the conversation was sent without them."
        optional = {name: value for name, value in sent.items() if name not in _ESSENTIAL}
        if "format" in json_values.mapping(sent.get("output_config")):
            optional.pop("output_config")
        return self._repairs.learn(model, optional, error, Quirks())

    def _unsaid(self, request: ChatRequest, model: str) -> Iterator[Notice]:
        """Tells, once for each model, which of the user's settings it does not take."""
        names = ", ".join(f"“{name}”" for name in withheld(request, self.endpoint, model))
        limit = lowered(request, self.endpoint, model)
        told = [f"“{model}” does not take {names} here: the request is sent without."] if names else []
        told += [f"“{model}” takes a “temperature” of {limit:g} at most: that is sent."] if limit is not None else []
        for text in told:
            if text not in self._told:
                self._told.add(text)
                yield Notice(text)
