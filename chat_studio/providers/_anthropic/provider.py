"""Asking servers that speak Anthropic's Messages protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chat_studio.errors import EndpointError, InvalidRequest, WrongAddress
from chat_studio.providers._anthropic.body import count_body, lowered, messages_body, signatures, withheld
from chat_studio.providers._anthropic.decoder import AnthropicDecoder
from chat_studio.providers._anthropic.listing import FIRST_PAGE, SMALLEST_PAGE, models_of, next_page
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._chat_completions.repairs import Repairs
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.asking import AskingProvider
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, ServerInfo

_ESSENTIAL = frozenset({"model", "messages", "system", "tools", "max_tokens", "stream"})
"""What is never left out because a server refuses it."""

_FOREIGN_THOUGHTS = re.compile("signature.{0,20}thinking", re.IGNORECASE)


class MessagesProvider(AskingProvider):
    """`/v1/messages`, the tokens of one, and `/v1/models`."""

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._repairs = Repairs(may_complete=False)
        self._foreign: set[str] = set()
        """Signatures of thoughts that the server does not take back: they are of another one's model."""

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
            body, patience = count_body(self.body(model, request)[1]), self.endpoint.short_timeout
            try:
                told = await self.fetch("POST", "v1/messages/count_tokens", body, model=model, patience=patience)
            except WrongAddress:
                return None  # not every server of this protocol counts
            return json_values.count(json_values.mapping(told).get("input_tokens"))

    def body(self, model: str, request: ChatRequest) -> tuple[str, Mapping[str, Any]]:
        body = messages_body(request, self.endpoint, model, self._foreign)
        return "v1/messages", self._repairs.apply(model, body)

    def decoder(self, model: str) -> AnthropicDecoder:
        return AnthropicDecoder(model)

    async def learn(self, model: str, sent: Mapping[str, Any], error: EndpointError) -> str | None:
        """Fields that the server refuses, and thoughts that it did not sign."""
        if not isinstance(error, InvalidRequest):
            return None
        if _FOREIGN_THOUGHTS.search(error.detail) and (foreign := signatures(sent) - self._foreign):
            self._foreign |= foreign
            return "Thoughts of another model cannot be sent back; the conversation was sent without them."
        optional = {name: value for name, value in sent.items() if name not in _ESSENTIAL}
        if "format" in json_values.mapping(sent.get("output_config")):
            optional.pop("output_config")
        return self._repairs.learn(model, optional, error, Quirks()) or None

    def unsaid(self, model: str, request: ChatRequest) -> Iterator[str]:
        if names := ", ".join(f"“{name}”" for name in withheld(request, self.endpoint, model)):
            yield f"“{model}” does not take {names} here: the request is sent without."
        if (limit := lowered(request, self.endpoint, model)) is not None:
            yield f"“{model}” takes a “temperature” of {limit:g} at most: that is sent."
