"""What to do next when Ollama fails."""

from __future__ import annotations

import sys

from chat_studio.errors import (
    BadResponse,
    ContextLengthExceeded,
    EndpointError,
    ImagesUnsupported,
    Overloaded,
    Stalled,
    ToolsUnsupported,
    Unauthorized,
    WrongAddress,
)
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import LOOPBACK, OwnServer

__all__ = ["FORBIDDEN", "LOOPBACK", "hint_for"]

FORBIDDEN = 403
"""Ollama's answer, without a body, to a host name that is not its own while it is bound to loopback (DNS rebinding)."""

_ADDRESS = "Is this the address of Ollama? It is a host and a port, as in http://localhost:11434."
_ANOTHER_NAME = (
    "Use http://127.0.0.1:11434 on the same computer. To reach Ollama under another name, start it there with "
    "OLLAMA_HOST=0.0.0.0."
)
_PROGRAM = OwnServer(
    "Ollama",
    start="run `ollama serve`, or `sudo systemctl start ollama` if it is installed as a service",
    start_on={
        "darwin": "open the Ollama app, or run `ollama serve`",
        "win32": "open Ollama from the Start menu, or run `ollama serve`",
    },
    port="Its port is 11434 unless OLLAMA_HOST says otherwise.",
    elsewhere="Ollama on another computer must be started with OLLAMA_HOST=0.0.0.0, and the firewall there must let "
    "its port (11434) through.",
)
_BY_CLASS: dict[type[EndpointError], str] = {
    ContextLengthExceeded: (
        "Start a new conversation, or give the model more room: num_ctx in the connection's default parameters, "
        'as in {"num_ctx": 16384}. It costs memory.'
    ),
    ToolsUnsupported: "Use a model for which `ollama show MODEL` lists “tools” among its capabilities.",
    ImagesUnsupported: "Use a model for which `ollama show MODEL` lists “vision” among its capabilities.",
    Overloaded: "Wait for the requests before yours. OLLAMA_MAX_QUEUE sets how many may wait.",
    Stalled: (
        "Ollama sends nothing while it loads a model or reads a long prompt. Raise the connection's timeout, or use a "
        "smaller model."
    ),
    Unauthorized: (
        "Ollama's cloud and gateways want a key: enter it in this connection. The cloud's are made at ollama.com; a "
        "server of your own can sign in with `ollama signin`."
    ),
    BadResponse: _ADDRESS,
    WrongAddress: _ADDRESS,
}
_NO_MEMORY = "Most often the memory is full: use a smaller model or a smaller num_ctx."
_OTHER_WORK = "This model is not made for conversations, perhaps for embeddings. Choose another."
_ADVICE = Advice(
    {
        "does not support thinking": "Clear the reasoning effort, or “think” in the connection's default parameters.",
        "does not support chat": _OTHER_WORK,
        "does not support generate": _OTHER_WORK,
        "resource limitations": _NO_MEMORY,
        "process has terminated": _NO_MEMORY,
        "requires more system memory": "Use a smaller model or a smaller num_ctx, or close other programs.",
    },
    _BY_CLASS,
)


def hint_for(error: EndpointError, base_url: str, platform: str = sys.platform) -> str:
    """What to do next; "" where there is no better advice than the general one. `platform` is that of `sys`."""
    if isinstance(error, WrongAddress) and error.status == FORBIDDEN:
        return _ANOTHER_NAME
    return _PROGRAM.hint(error, base_url, platform) or _ADVICE.hint(error)
