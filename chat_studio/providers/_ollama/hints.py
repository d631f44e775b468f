"""What to do next when Ollama fails."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from chat_studio.errors import (
    BadResponse,
    ConnectionRefused,
    ConnectTimedOut,
    ContextLengthExceeded,
    EndpointError,
    ImagesUnsupported,
    Overloaded,
    Stalled,
    ToolsUnsupported,
    Unauthorized,
    Unreachable,
    WrongAddress,
)

FORBIDDEN = 403
"""Ollama's answer, without a body, to a host name that is not its own while it is bound to loopback (DNS rebinding)."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")

_ADDRESS = "Is this the address of Ollama? It is a host and a port, as in http://localhost:11434."
_ELSEWHERE = (
    "Ollama on another computer must be started with OLLAMA_HOST=0.0.0.0, and the firewall there must let its port "
    "(11434) through."
)
_ANOTHER_NAME = (
    "Use http://127.0.0.1:11434 on the same computer. To reach Ollama under another name, start it there with "
    "OLLAMA_HOST=0.0.0.0."
)
_START = {
    "darwin": "open the Ollama app, or run `ollama serve`",
    "win32": "open Ollama from the Start menu, or run `ollama serve`",
}
_START_ON_LINUX = "run `ollama serve`, or `sudo systemctl start ollama` if it is installed as a service"

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
_BY_WORDS = (
    ("does not support thinking", "Clear the reasoning effort, or “think” in the connection's default parameters."),
    ("does not support chat", "This model is not made for conversations, perhaps for embeddings. Choose another."),
    ("does not support generate", "This model is not made for conversations, perhaps for embeddings. Choose another."),
    ("resource limitations", "Most often the memory is full: use a smaller model or a smaller num_ctx."),
    ("process has terminated", "Most often the memory is full: use a smaller model or a smaller num_ctx."),
    ("requires more system memory", "Use a smaller model or a smaller num_ctx, or close other programs."),
)


def hint_for(error: EndpointError, base_url: str, platform: str = sys.platform) -> str:
    """What to do next; "" where there is no better advice than the general one. `platform` is that of `sys`."""
    if isinstance(error, ConnectionRefused):
        return _not_running(base_url, platform)
    if type(error) in (Unreachable, ConnectTimedOut):
        return "" if _is_here(base_url) else f"Is the address right? {_ELSEWHERE}"
    if isinstance(error, WrongAddress) and error.status == FORBIDDEN:
        return _ANOTHER_NAME
    by_words = next((hint for words, hint in _BY_WORDS if words in error.detail), "")
    return by_words or _BY_CLASS.get(type(error), "")


def _not_running(base_url: str, platform: str) -> str:
    if not _is_here(base_url):
        return f"Is Ollama running there, and is the port right? {_ELSEWHERE}"
    return (
        f"Is Ollama running? To start it, {_START.get(platform, _START_ON_LINUX)}. "
        "Its port is 11434 unless OLLAMA_HOST says otherwise."
    )


def _is_here(base_url: str) -> bool:
    return urlsplit(base_url).hostname in LOOPBACK
