"""Asking for an answer, and asking again where the refusal says how to ask better."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Any

from chat_studio.errors import EndpointError
from chat_studio.events import VISIBLE, Event, Notice
from chat_studio.providers._wire.decoder import Decoder
from chat_studio.providers._wire.http import HttpProvider
from chat_studio.providers.values import ChatRequest, Endpoint


class AskingProvider(HttpProvider):
    """A protocol in which an answer is one POST. Subclasses say what is sent, how it is read, what refusals teach."""

    def __init__(self, endpoint: Endpoint, *, read_pause: float = 0.0) -> None:
        super().__init__(endpoint, read_pause=read_pause)
        self._told: set[str] = set()

    @abstractmethod
    def body(self, model: str, request: ChatRequest) -> tuple[str, Mapping[str, Any]]:
        """The path of a request and its body, as far as is known what this model takes."""

    @abstractmethod
    def decoder(self, model: str) -> Decoder:
        """A new one, for the answer to one request."""

    @abstractmethod
    async def learn(self, model: str, sent: Mapping[str, Any], error: EndpointError) -> str | None:
        """Takes the refusal of `sent` to heart; returns what will be done, for the user, "" if nothing needs saying.

        None if nothing can be done.
        """

    def unsaid(self, model: str, request: ChatRequest) -> Iterable[str]:
        """What of the user's settings is not sent as it was set, in sentences; each is told once."""
        del model, request
        return ()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        with self.explaining():
            model = await self.model_for(request)
            for sentence in self.unsaid(model, request):
                if sentence not in self._told:
                    self._told.add(sentence)
                    yield Notice(sentence)
            async with aclosing(self._answer(model, request)) as events:
                async for event in events:
                    yield event

    async def _answer(self, model: str, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """Asks again only before anything was shown."""
        while True:
            path, sent = self.body(model, request)
            shown = False
            try:
                async with aclosing(self.events(path, sent, self.decoder(model), model=model)) as events:
                    async for event in events:
                        shown = shown or isinstance(event, VISIBLE)
                        yield event
            except EndpointError as error:
                learned = None if shown else await self.learn(model, sent, error)
                if learned is None:
                    raise
                if learned:
                    yield Notice(learned)
            else:
                return
