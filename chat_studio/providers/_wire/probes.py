"""Reading what an unknown server answered, for `Provider.recognise`."""

from __future__ import annotations

from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.error_bodies import read_value
from chat_studio.providers.values import MODELS, Probe


def first_model(probe: Probe) -> json_values.Object:
    """The first entry of a list of models in OpenAI's shape; an empty one for all else."""
    data = json_values.items(json_values.mapping(probe.json).get("data")) if probe.path == MODELS else []
    return json_values.mapping(data[0]) if data else {}


def words_of(probe: Probe) -> str:
    """The server's words where the answer is an error in JSON, whatever its status; "" for all else."""
    told = json_values.mapping(probe.json)
    return read_value(told).message if "error" in told or "message" in told else ""
