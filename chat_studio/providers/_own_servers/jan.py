"""Starting Jan's server, and what to do about its failures."""

from __future__ import annotations

from chat_studio.errors import ServerFailed, Unauthorized
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import OwnServer

START_A_MODEL = "Start a model in Jan: Settings › Model Providers has a Start beside each."

_THE_SAME_KEY = "Set a key in Jan's Settings › Local API Server, and enter the same in this connection."

PROGRAM = OwnServer(
    "Jan's server",
    start="open Jan, set a key under Settings › Local API Server, and press Start Server",
    port="Its port is 1337 unless the settings there say otherwise.",
    elsewhere="There, Settings › Local API Server must have the host 0.0.0.0 and this address among the trusted "
    "hosts, and the firewall must let its port (1337) through.",
)
ADVICE = Advice(
    {
        "no running session": START_A_MODEL,
        "no models are available": START_A_MODEL,
        "proxy request to model failed": "The model may have crashed: stop it in Jan and start it again.",
    },
    {
        Unauthorized: _THE_SAME_KEY,
        ServerFailed: "The model may have crashed: look into Jan's log, and start the model again.",
    },
    by_status={403: "Add this address's host to the trusted hosts in Jan's Settings › Local API Server."},
    without_key=_THE_SAME_KEY,
)
