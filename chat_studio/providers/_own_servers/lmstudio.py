"""Starting LM Studio's server, and what to do about its failures."""

from __future__ import annotations

from chat_studio.errors import (
    ContextLengthExceeded,
    ImagesUnsupported,
    Stalled,
    StreamInterrupted,
    ToolsUnsupported,
    Unauthorized,
    WrongAddress,
)
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import OwnServer

_LONGER = "Start a new conversation, or load the model with more room: `lms load MODEL --context-length 16384`."
LOAD_ONE = (
    "Load one in LM Studio under Developer, or by `lms load MODEL`; or switch on “Just-in-Time Model Loading” in the "
    "server's settings: then a model is loaded when it is asked for."
)

PROGRAM = OwnServer(
    "LM Studio's server",
    start="open LM Studio and switch the server on under Developer, or run `lms server start`",
    port="Its port is 1234 unless its settings say otherwise.",
    elsewhere="There, “Serve on Local Network” must be on in the server's settings, and the firewall must let its "
    "port (1234) through.",
)
ADVICE = Advice(
    {
        "no models loaded": LOAD_ONE,
        "the model has crashed": "Most often the memory is full: load a smaller model, or with a shorter context.",
        "n_keep": _LONGER,
    },
    {
        ContextLengthExceeded: _LONGER,
        WrongAddress: "LM Studio's address is a host and a port, and ends in /v1: http://localhost:1234/v1.",
        Stalled: "LM Studio sends nothing while it loads a model or reads a long prompt. Raise the connection's "
        "timeout, or load the model before.",
        StreamInterrupted: "LM Studio ends an answer so when the model crashes or its context is full. Ask again, "
        "or load the model with more room.",
        ToolsUnsupported: "Use a model that LM Studio marks with a hammer, or switch the tools off.",
        ImagesUnsupported: "Use a model that LM Studio marks with an eye, or remove the image.",
        Unauthorized: "LM Studio wants an API token: make one in its server's settings, and enter it here.",
    },
)
