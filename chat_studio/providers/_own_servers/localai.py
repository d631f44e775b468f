"""Starting LocalAI, and what to do about its failures."""

from __future__ import annotations

from chat_studio.errors import ModelLoading, Unauthorized
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import OwnServer

_NOT_LOADED = "Most often the backend is missing, or the memory is full: LocalAI's log says which."

_THE_KEY = "LocalAI was started with LOCALAI_API_KEY: enter one of those keys in this connection."

PROGRAM = OwnServer(
    "LocalAI",
    start="run `local-ai run`, or `docker start local-ai` if it is installed as a container",
    start_on={"win32": "run `docker start local-ai`, or `local-ai run` inside WSL"},
    port="Its port is 8080 unless --address says otherwise.",
    elsewhere="The firewall there must let its port (8080) through; a container must publish it (-p 8080:8080).",
)
ADVICE = Advice(
    {
        "could not load model": _NOT_LOADED,
        "failed to load model": _NOT_LOADED,
    },
    {
        ModelLoading: "LocalAI is still preparing its models. Its log says when it is ready; then ask again.",
        Unauthorized: _THE_KEY,
    },
    without_key=_THE_KEY,
)
