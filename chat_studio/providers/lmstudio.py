"""LM Studio's local server: chat completions, and a list of models of its own that tells more."""

from __future__ import annotations

import re

from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._own_servers.lmstudio import ADVICE, LOAD_ONE, PROGRAM, LmStudioServer
from chat_studio.providers._wire import json_values, urls
from chat_studio.providers._wire.probes import first_model, words_of
from chat_studio.providers.values import Probe, Recognition, Variables


class LmStudio(LmStudioServer):
    kind = "lmstudio"
    label = "LM Studio"
    default_base_url = "http://localhost:1234/v1"
    variables = Variables(("LM_API_TOKEN",))
    recognition = Recognition(ports=(1234,), probes=("/api/v1/models", "/api/v0/models"))
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


provider = LmStudio
