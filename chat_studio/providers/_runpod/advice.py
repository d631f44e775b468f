"""What to do about the failures of RunPod: those of queues, and those of pods and load balancing endpoints."""

from __future__ import annotations

from chat_studio.errors import BadResponse, ServerFailed, Stalled, Unauthorized, WrongAddress
from chat_studio.providers._wire.advice import Advice

PROXY_LIMIT = 524
"""The status of the proxy before pods when 100 s have passed without an answer."""

_AFTER_LIMIT = {
    PROXY_LIMIT: "RunPod's proxy waits 100 s for the first byte. Ask with streaming, wait until the model is loaded, "
    "or shorten the conversation."
}
_NO_POD = "Is the pod running, its server ready, and the number before “.proxy” the port inside the pod?"

KEY_PAGE = "https://console.runpod.io/user/settings"
_RUNPODS_KEY = f"Check the key and which endpoints it may use, or make a new one, at {KEY_PAGE}."

OF_QUEUES = Advice(
    by_class={
        Unauthorized: _RUNPODS_KEY,
        WrongAddress: "Is there an endpoint of this id? Its page on RunPod shows the address: …/v2/ID/openai/v1.",
        BadResponse: "Does the endpoint run vLLM's worker, and is RAW_OPENAI_OUTPUT not 0 there?",
        Stalled: "A worker may still be starting: ask again in some minutes, or raise this connection's timeouts.",
    },
    by_status=_AFTER_LIMIT,
)
OF_PODS = Advice(
    by_class={
        WrongAddress: _NO_POD,
        ServerFailed: _NO_POD,
        Unauthorized: "The pod's own server refuses this key: it wants the one that it was started with, not RunPod's.",
    },
    by_status=_AFTER_LIMIT,
    without_key="The pod's own server wants a key, which is not RunPod's: enter it in this connection.",
)
OF_BALANCERS = Advice(by_class={Unauthorized: _RUNPODS_KEY}, by_status=_AFTER_LIMIT)
