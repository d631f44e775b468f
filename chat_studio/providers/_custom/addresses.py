"""Addresses of servers without a kind of their own: bases, services' hosts, and whole addresses of requests."""

from __future__ import annotations

import re

from chat_studio.providers._wire import urls

_LEGACY = "/completions"
_CHAT = f"/chat{_LEGACY}"

_PATHS = {"api.groq.com": "/openai/v1", "api.fireworks.ai": "/inference/v1", "api.perplexity.ai": ""}
"""The paths of services whose hosts alone people type, where it is not `/v1`."""


def canonical(typed: str) -> str:
    """The base URL; the address of requests right under a host stays whole, for `/v1` would be added to its base.

    A service's host becomes that service's base URL.
    """
    whole, url = urls.whole(typed), urls.with_version(typed)
    if is_whole(whole):
        return whole
    path = _PATHS.get(urls.host_of(url))
    is_host = path is not None and urls.path_of(url) in ("", "/v1")
    return f"{url.removesuffix('/v1')}{path}" if is_host else url


def is_legacy(typed: str) -> bool:
    """Whether it is the address of requests of the legacy API."""
    whole = urls.whole(typed)
    return whole.endswith(_LEGACY) and not whole.endswith(_CHAT)


def is_whole(url: str) -> bool:
    """Whether an address of requests stands right under its host, or under `/api`, as Open WebUI's does."""
    return urls.path_of(url).removeprefix("/api") in (_CHAT, _LEGACY)


def base_of(url: str) -> str:
    return re.sub(f"(?:{_CHAT}|{_LEGACY})$", "", url) if is_whole(url) else url
