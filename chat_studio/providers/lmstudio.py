"""LM Studio's local server: chat completions, and a list of models of its own that tells more."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from chat_studio.errors import BadResponse, StreamInterrupted, Unauthorized
from chat_studio.events import VISIBLE, Event, Finished
from chat_studio.messages import FinishReason
from chat_studio.providers._chat_completions.models import read_models
from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._own_servers.lmstudio import ADVICE, LOAD_ONE, PROGRAM
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.probes import first_model, words_of
from chat_studio.providers.values import Capabilities, ChatRequest, ModelInfo, Probe, Recognition, ServerInfo, Variables


class LmStudio(OwnServerProvider):
    kind = "lmstudio"
    label = "LM Studio"
    default_base_url = "http://localhost:1234/v1"
    variables = Variables(("LM_API_TOKEN",))
    recognition = Recognition(ports=(1234,), probes=("/api/v1/models", "/api/v0/models"))
    capabilities = Capabilities(embeddings=True)
    quirks = Quirks(images="data")
    advice_without_models = "Download one in LM Studio, or by `lms get`."
    advice_without_loaded = LOAD_ONE
    program = PROGRAM
    advice = ADVICE

    @classmethod
    def advice_for_missing(cls, model: str) -> str:
        return f"Download it by `lms get {model}`, or choose one that `lms ls` names."

    @classmethod
    def normalise_url(cls, typed: str) -> str:
        """Addresses of its own interface (`/api/v1`, `/api/v0`) become those of chat completions beside it."""
        return urls.with_version(re.sub(r"/api/v[01](?:/.*)?$", "", urls.with_version(typed)))

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        """It answers 200 to every path, so only what it says counts."""
        models = json_values.items(json_values.mapping(probe.json).get("models" if "v1" in probe.path else "data"))
        first = json_values.mapping(models[0]) if models else {}
        match probe.path:
            case "/api/v1/models":
                return "key" in first and "loaded_instances" in first
            case "/api/v0/models":
                return "state" in first and "max_context_length" in first
        owned = first_model(probe).get("owned_by") == "organization_owner"
        return owned or words_of(probe).startswith("Unexpected endpoint or method")

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


provider = LmStudio
