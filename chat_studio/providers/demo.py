"""The demo: an endpoint without a server, for the first minutes, for tests, and for showing errors."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

from pydantic import JsonValue

from chat_studio.errors import EndpointError
from chat_studio.events import Event
from chat_studio.providers._demo.answer import answer, fail_at_once
from chat_studio.providers._demo.options import DEFAULT_MODEL, PRESETS, DemoOptions, options_for
from chat_studio.providers.base import Provider
from chat_studio.providers.values import Capabilities, ChatRequest, ModelInfo, ServerInfo


class Demo(Provider):
    kind = "demo"
    label = "Demo (offline)"
    needs_address = False
    capabilities = Capabilities(tools=False, images=False)
    Options = DemoOptions

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        model = request.model or self.endpoint.model or DEFAULT_MODEL
        limit = request.parameters.max_tokens or self.endpoint.max_tokens
        try:
            options = self._options(model, request.parameters.extra)
            async with aclosing(answer(model, request, options, limit, self.endpoint.timeout)) as events:
                async for event in events:
                    yield event
        except EndpointError as error:
            self.explain(error)
            raise

    async def list_models(self) -> Sequence[ModelInfo]:
        """One model for each speed and each failure: a way to choose them in the model dropdown."""
        return [ModelInfo(id=name, loaded=True) for name in PRESETS]

    async def check(self) -> ServerInfo:
        """Fails where the connection is set to fail before an answer begins."""
        try:
            fail_at_once(self._options(self.endpoint.model or DEFAULT_MODEL, {}))
        except EndpointError as error:
            self.explain(error)
            raise
        return ServerInfo(note="Answers from this computer, without a model.")

    def _options(self, model: str, asked: Mapping[str, JsonValue]) -> DemoOptions:
        own = self.options.model_dump(exclude_unset=True)
        return options_for(model, {**own, **self.endpoint.default_parameters}, asked)


provider = Demo
