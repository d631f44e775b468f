"""Cortex (cortex.cpp), which has not been developed since July 2025 and lives on in old versions of Jan."""

from __future__ import annotations

from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import OwnServer
from chat_studio.providers.values import MODELS, Probe, Recognition

_ALIVE = "cortex-cpp is alive"
_START_IT = "Start the model first: `cortex models start MODEL`. `cortex models list` names those that are there."


class Cortex(OwnServerProvider):
    kind = "cortex"
    label = "Cortex"
    default_base_url = "http://127.0.0.1:39281/v1"
    recognition = Recognition(ports=(39281,), probes=("/healthz",))
    health_path = "/healthz"
    advice_without_models = "Download one, as in `cortex pull llama3.2`."
    advice_without_loaded = _START_IT
    program = OwnServer(
        "Cortex",
        start="run `cortex start`",
        port="Its port is 39281 unless --port says otherwise.",
        elsewhere="Other computers reach Cortex only if it listens on 0.0.0.0, and through the firewall.",
    )
    advice = Advice(
        {
            "not been loaded": _START_IT,
            "not loaded": _START_IT,
            "not running": _START_IT,
            "not been started": _START_IT,
            "engine is not": "Install the engine first: `cortex engines install llama-cpp`.",
        }
    )

    @classmethod
    def advice_for_missing(cls, model: str) -> str:
        return f"Download it by `cortex pull {model}`, or choose another model."

    @classmethod
    def recognise(cls, probe: Probe) -> bool:
        if probe.path == MODELS:
            told = json_values.mapping(probe.json)
            return told.get("result") == "OK" and "data" in told
        return probe.path == "/healthz" and _ALIVE in probe.text


provider = Cortex
