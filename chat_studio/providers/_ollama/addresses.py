"""Addresses of Ollama, as people type them and as OLLAMA_HOST holds them."""

from __future__ import annotations

import re

from chat_studio.providers._wire import urls
from chat_studio.providers._wire.own_servers import LOOPBACK

PORT = 11434


def canonical(typed: str) -> str:
    """The server's root, without `/api` or `/v1`.

    A host without scheme and port means port 11434, as in OLLAMA_HOST. `http://host` means port 80 there, and here
    too, except on this computer: nobody runs Ollama on port 80, but many write `http://localhost`.
    """
    url = re.sub(r"/(?:api|v1)(?:/.*)?$", "", urls.without_version(typed))
    is_bare = re.fullmatch(r"http://[^/]+", url) and not re.search(r":\d+$", url)
    return f"{url}:{PORT}" if is_bare and ("://" not in typed or urls.host_of(url) in LOOPBACK) else url
