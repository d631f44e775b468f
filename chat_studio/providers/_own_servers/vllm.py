"""Starting vLLM, and what to do about its failures."""

from __future__ import annotations

from chat_studio.errors import ContextLengthExceeded, ImagesUnsupported, Overloaded, ToolsUnsupported, Unauthorized
from chat_studio.providers._wire.advice import Advice
from chat_studio.providers._wire.own_servers import OwnServer

_IMAGES = "Remove images, or serve a model that can see; --limit-mm-per-prompt says how many it takes at once."

_THE_KEY = "vLLM was started with --api-key or VLLM_API_KEY: enter that key in this connection."

PROGRAM = OwnServer(
    "vLLM",
    start="run `vllm serve MODEL`",
    start_on={"win32": "run `vllm serve MODEL` inside WSL"},
    port="It listens on port 8000 unless --port says otherwise.",
    elsewhere="Other computers reach vLLM only with --host 0.0.0.0, and through the firewall (port 8000).",
)
ADVICE = Advice(
    {"image(s) may be provided": _IMAGES},
    {
        ToolsUnsupported: "Start vLLM with `--enable-auto-tool-choice` and `--tool-call-parser NAME`, or switch the "
        "tools off.",
        ImagesUnsupported: _IMAGES,
        ContextLengthExceeded: "Shorten the conversation or lower max_tokens, or start vLLM with a larger "
        "--max-model-len.",
        Overloaded: "vLLM's engine may have stopped: look into its log, and start vLLM again.",
        Unauthorized: _THE_KEY,
    },
    without_key=_THE_KEY,
)
