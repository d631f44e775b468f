"""Providers for tests of what is above providers: the demo, and one that plays a list of steps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from chat_studio.errors import ConnectionNotFound, EndpointError
from chat_studio.events import Event
from chat_studio.providers.base import Provider
from chat_studio.providers.demo import Demo
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, ServerInfo

Step = Event | Exception | asyncio.Event | Callable[[], None]


class Scripted(Provider):
    """Plays one script for each request, the last one again and again.

    A step is an event to yield, an exception to raise, an `asyncio.Event` to wait for, or a function to call.
    """

    kind = "scripted"
    label = "Scripted"

    def __init__(self, *scripts: Sequence[Step], endpoint: Endpoint | None = None) -> None:
        super().__init__(endpoint or Endpoint("Scripted", "https://api.invalid/v1", model="own-model"))
        self._scripts = list(scripts)
        self.requests: list[ChatRequest] = []
        self.open = 0

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        self.requests.append(request)
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        self.open += 1
        try:
            for step in script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif callable(step):
                    step()
                else:
                    yield step
        finally:
            self.open -= 1

    async def list_models(self) -> Sequence[ModelInfo]:
        return []

    async def check(self) -> ServerInfo:
        return ServerInfo()


class Source:
    """Hands out providers by the id of their connection; "demo" is a demo without delays."""

    def __init__(self, **providers: Provider) -> None:
        demo = Demo(Endpoint("Demo", "", model="demo", default_parameters={"tokens_per_second": 0}, is_local=True))
        self.providers: dict[str, Provider] = {"demo": demo, **providers}

    async def provider_for(self, connection_id: str, *, model: str = "") -> Provider:
        del model
        if connection_id not in self.providers:
            raise ConnectionNotFound(f"There is no connection “{connection_id}”.")
        return self.providers[connection_id]


def failure(kind: type[EndpointError] = EndpointError, **fields: object) -> EndpointError:
    return kind("It failed.", hint="Do this.", detail="words", **fields)  # type: ignore[arg-type]
