"""Jan's local API server: a door to the llama.cpp servers that Jan runs."""

from __future__ import annotations

import re

from chat_studio.errors import EndpointError, ModelNotFound, Overloaded
from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._own_servers.jan import ADVICE, PROGRAM, START_A_MODEL
from chat_studio.providers._wire.probes import first_model
from chat_studio.providers.values import Probe, Recognition


class Jan(OwnServerProvider):
    kind = "jan"
    label = "Jan"
    default_base_url = "http://127.0.0.1:1337/v1"
    needs_key = True
    recognition = Recognition(ports=(1337,), probes=("/",))
    quirks = Quirks(images="data", reasoning_field="reasoning_content")
    advice_without_models = START_A_MODEL
    advice_without_loaded = START_A_MODEL
    program = PROGRAM
    advice = ADVICE

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        first = first_model(probe)
        if first.get("owned_by") == "user" and first.get("created") == 1:
            return True
        return probe.path == "/" and re.search(r"<title>\s*API Docs\s*</title>", probe.text) is not None

    def explain(self, error: EndpointError) -> EndpointError:
        if isinstance(error, Overloaded) and "No models are available" in error.detail:
            error = ModelNotFound("No model is running in Jan.", detail=error.detail, status=error.status)
        return super().explain(error)


provider = Jan
