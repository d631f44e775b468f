"""A server of chat completions on this computer.

The program does not start it itself yet: it is used like any other server at its address. It is never recognised by
its answers, because any program may stand behind it; a connection names this kind.
"""

from __future__ import annotations

from chat_studio.providers._chat_completions.own_server import OwnServerProvider
from chat_studio.providers._wire.own_servers import OwnServer


class Local(OwnServerProvider):
    kind = "local"
    label = "Local server"
    default_base_url = "http://127.0.0.1:8000/v1"
    program = OwnServer(
        "the server",
        start="run its own command",
        port="Its port must be that of the connection's address.",
        elsewhere="It must listen on all addresses there (0.0.0.0), and the firewall must let its port through.",
    )


provider = Local
