"""Addresses of RunPod: queues, load balancing endpoints, and pods behind the proxy."""

from __future__ import annotations

import re

from chat_studio.providers._wire import urls

OPENAI = "/openai/v1"

_QUEUE = re.compile(r"^(https?://[^/]+/v2/[^/]+)(?:/.*)?$")
_POD = ".proxy.runpod.net"


def canonical(typed: str) -> str:
    """`…/v2/ID/openai/v1` for every address of a queue; a pod is reached by HTTPS only."""
    url = urls.with_version(typed)
    if queue := _QUEUE.match(url):
        return f"{queue[1]}{OPENAI}"
    return url.replace("http://", "https://", 1) if is_pod(url) else url


def is_queue(base_url: str) -> bool:
    return base_url.endswith(OPENAI)


def is_pod(base_url: str) -> bool:
    return urls.host_of(base_url).endswith(_POD)
