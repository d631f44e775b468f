"""Starting GPT4All's server, and what to do about its failures."""

from __future__ import annotations

from chat_studio.errors import ServerFailed, Stalled
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import OwnServer

PORT = 4891

_SWITCH = "switch on “Enable Local API Server” under Settings → Application → Advanced in GPT4All"

PROGRAM = OwnServer(
    "GPT4All",
    start=_SWITCH,
    port=f"It listens on port {PORT} unless another is set there.",
    elsewhere="GPT4All's server answers only to programs on its own computer.",
)
ADVICE = Advice(
    by_class={
        ServerFailed: "GPT4All could not load the model or failed while it answered: its window says more.",
        Stalled: "GPT4All sends nothing until its answer is whole: raise this connection's timeout.",
    },
    by_status={401: f"The server is switched off: {_SWITCH}."},  # it knows no keys
)
