"""LM Studio's server: starting it, what to do about its failures, its list of models, and its silent endings."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from chat_studio.errors import (
    BadResponse,
    ContextLengthExceeded,
    ImagesUnsupported,
    Stalled,
    StreamInterrupted,
    ToolsUnsupported,
    Unauthorized,
    WrongAddress,
)
from chat_studio.events import VISIBLE, Event, Finished
from chat_studio.messages import FinishReason
from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import OwnServer
from chat_studio.providers.values import ChatRequest, ModelInfo, ServerInfo

_LONGER = "Start a new conversation, or load the model with more room: `lms load MODEL --context-length 16384`."
LOAD_ONE = (
    "Load one in LM Studio under Developer, or by `lms load MODEL`; or switch on “Just-in-Time Model Loading” in the "
    "server's settings: then a model is loaded when it is asked for."
)
_THE_KEY = "LM Studio wants an API token: make one in its server's settings, and enter it here."

PROGRAM = OwnServer(
    "LM Studio's server",
    start="open LM Studio and switch the server on under Developer, or run `lms server start`",
    port="Its port is 1234 unless its settings say otherwise.",
    elsewhere="There, “Serve on Local Network” must be on in the server's settings, and the firewall must let its "
    "port (1234) through.",
)
ADVICE = Advice(
    {
        "no models loaded": LOAD_ONE,
        "the model has crashed": "Most often the memory is full: load a smaller model, or with a shorter context.",
        "n_keep": _LONGER,
    },
    {
        ContextLengthExceeded: _LONGER,
        WrongAddress: "LM Studio's address is a host and a port, and ends in /v1: http://localhost:1234/v1.",
        Stalled: "LM Studio sends nothing while it loads a model or reads a long prompt. Raise the connection's "
        "timeout, or load the model before.",
        StreamInterrupted: "LM Studio ends an answer so when the model crashes or its context is full. Ask again, "
        "or load the model with more room.",
        ToolsUnsupported: "Use a model that LM Studio marks with a hammer, or switch the tools off.",
        ImagesUnsupported: "Use a model that LM Studio marks with an eye, or remove the image.",
        Unauthorized: _THE_KEY,
    },
    without_key=_THE_KEY,
)


class LmStudioServer(OwnServerProvider):
    """Chat completions, beside a list of models of its own that tells more."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """With a full context it may end a stream without a word and without a reason (lmstudio-bug-tracker#2339)."""
        silent = True
        async with aclosing(super().stream(request)) as events:
            async for event in events:
                silent = silent and not isinstance(event, VISIBLE)
                if silent and event == Finished(FinishReason.STOP):
                    raise self.explain(StreamInterrupted("LM Studio ended its answer without a word."))
                yield event

    async def check(self) -> ServerInfo:
        """LM Studio does not tell its version."""
        with self.explaining():
            models = await self._models()
            loaded = sum(model.loaded is True for model in models)
            return ServerInfo(note=f"{len(models)} model{'' if len(models) == 1 else 's'}, {loaded} loaded")

    async def listed(self) -> list[ModelInfo]:
        """From its own list (since 0.4), the one before that (since 0.3.6), or that of chat completions."""
        for path in ("/api/v1/models", "/api/v0/models"):
            told = await self.told(path, Unauthorized)
            try:
                return read_models(told)
            except BadResponse:
                continue
        return await super().listed()
