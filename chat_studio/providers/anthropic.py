"""Anthropic's Messages API, and the servers that speak it too: vLLM, llama.cpp, gateways."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any
from urllib.parse import urlencode, urlsplit

from chat_studio.errors import (
    BadResponse,
    BillingRequired,
    EndpointError,
    InvalidRequest,
    Overloaded,
    Unauthorized,
    WrongAddress,
)
from chat_studio.events import VISIBLE, Event, Notice
from chat_studio.providers._anthropic.body import count_body, lowered, messages_body, signatures, withheld
from chat_studio.providers._anthropic.decoder import AnthropicDecoder
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._chat_completions.repairs import Repairs
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.decoder import NOT_THIS_KIND
from chat_studio.providers._wire.http import HttpProvider
from chat_studio.providers.values import (
    Capabilities,
    ChatRequest,
    Endpoint,
    ModelInfo,
    Probe,
    Recognition,
    ServerInfo,
    Variables,
)

VERSION = "2023-06-01"
"""Of the protocol; the only one there is, and required."""

_HINTS: dict[type[EndpointError], str] = {
    Unauthorized: "Check the key of this connection; keys are made at console.anthropic.com.",
    BillingRequired: "Add credit at console.anthropic.com, or raise the spend limit there; waiting does not help.",
    Overloaded: "Anthropic is short of capacity. Try again in a moment, or use another model.",
}
_ESSENTIAL = frozenset({"model", "messages", "system", "tools", "max_tokens", "stream"})
"""What is never left out because a server refuses it."""

_FOREIGN_THOUGHTS = re.compile("signature.{0,20}thinking", re.IGNORECASE)
_CAPABILITIES = {"image_input": "vision"}
"""Anthropic's names of what a model can do, where there is a usual one."""

_TOO_LARGE = 413
_PAGE = 1000
_PAGES = 10


class Anthropic(HttpProvider):
    kind = "anthropic"
    label = "Anthropic"
    default_base_url = "https://api.anthropic.com"
    variables = Variables(("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"), ("ANTHROPIC_BASE_URL",), "ANTHROPIC")
    needs_key = True
    capabilities = Capabilities()
    recognition = Recognition(
        hosts=("api.anthropic.com",), key_prefixes=("sk-ant-",), model_prefixes=("claude",), probes=("/",)
    )
    is_service = True
    key_page = "https://console.anthropic.com/settings/keys"

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._repairs = Repairs(may_complete=False)
        self._foreign: set[str] = set()
        """Signatures of thoughts that the server does not take back: they are of another one's model."""
        self._told: set[str] = set()

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """The address without `/v1` and what follows it."""
        return re.sub(r"/v1(?:/.*)?$", "", urls.without_version(typed))

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        return any(name.startswith("anthropic-") for name in probe.headers)

    def headers(self) -> dict[str, str]:
        """The key as Anthropic wants it: `x-api-key`, or a bearer token if it is one (`sk-ant-oat…`), never both.

        Other servers take one or the other (vLLM the bearer, gateways mostly `x-api-key`), so they get both.
        """
        headers = {"anthropic-version": VERSION}
        key = self.key()
        is_token = key.startswith("sk-ant-oat")
        if key and not is_token:
            headers["x-api-key"] = key
        if key and (is_token or not self._is_anthropic):
            headers["authorization"] = f"Bearer {key}"
        return headers

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        with self.explaining():
            model = request.model or self.endpoint.model or await self.default_model()
            for notice in self._unsaid(request, model):
                yield notice
            async with aclosing(self._answer(model, request)) as events:
                async for event in events:
                    yield event

    async def list_models(self) -> Sequence[ModelInfo]:
        """The models that the key may use, the newest first."""
        with self.explaining():
            return await self._models()

    async def check(self) -> ServerInfo:
        with self.explaining():
            await self._page({"limit": 1})
            return ServerInfo()

    async def count_tokens(self, request: ChatRequest) -> int | None:
        with self.explaining():
            model = request.model or self.endpoint.model or await self.default_model()
            body, patience = count_body(self._body(model, request)), self.endpoint.short_timeout
            try:
                told = await self.fetch("POST", "v1/messages/count_tokens", body, model=model, patience=patience)
            except WrongAddress:
                return None  # not every server of this protocol counts
            return json_values.count(json_values.mapping(told).get("input_tokens"))

    def hint(self, error: EndpointError) -> str:
        if isinstance(error, InvalidRequest) and "max_tokens" in error.detail:
            return "Lower max_tokens in the connection to what the model can write."
        if error.status == _TOO_LARGE:  # Cloudflare's page before Anthropic's own words
            return "Remove images or files from the conversation; Anthropic takes 32 MB."
        if self.endpoint.api_key and self._is_anthropic:
            return _HINTS.get(type(error), "")
        return super().hint(error)

    def page_for(self, error: EndpointError) -> str:
        return super().page_for(error) if self._is_anthropic else ""

    @property
    def _is_anthropic(self) -> bool:
        """Whether it is Anthropic's own server."""
        return f".{urlsplit(self.base_url).hostname}".endswith(".anthropic.com")

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

    async def _models(self) -> list[ModelInfo]:
        models: list[ModelInfo] = []
        query: dict[str, object] = {"limit": _PAGE}
        for _ in range(_PAGES):
            page = await self._page(query)
            models += [_model(item) for item in page["data"] if isinstance(item, Mapping) and item.get("id")]
            if not page.get("has_more") or not page.get("last_id"):
                break
            query["after_id"] = page["last_id"]
        return models

    async def _page(self, query: Mapping[str, object]) -> Mapping[str, Any]:
        body = await self.fetch("GET", f"v1/models?{urlencode(query)}")
        if not isinstance(body, Mapping) or not isinstance(body.get("data"), list):
            raise BadResponse(
                "The server's list of models cannot be understood.", hint=NOT_THIS_KIND, detail=str(body)[:300]
            )
        return body


def _model(item: Mapping[str, Any]) -> ModelInfo:
    """An entry of `/v1/models`: Anthropic's own, or vLLM's with its `max_model_len`."""
    told = json_values.mapping(item.get("capabilities"))
    return ModelInfo(
        id=str(item["id"]),
        name=json_values.text(item.get("display_name")),
        context_length=json_values.count(item.get("max_input_tokens")) or json_values.count(item.get("max_model_len")),
        max_output_tokens=json_values.count(item.get("max_tokens")),
        capabilities=frozenset(
            _CAPABILITIES.get(name, name) for name, value in told.items() if json_values.mapping(value).get("supported")
        ),
    )


provider = Anthropic
