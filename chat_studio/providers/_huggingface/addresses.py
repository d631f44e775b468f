"""Addresses that mean Hugging Face's router: its own, those of models' pages, and that of the API before it."""

from __future__ import annotations

import re

from chat_studio.providers._wire import urls

ROUTER = "router.huggingface.co"
OTHER_DOORS = ("huggingface.co", "www.huggingface.co", "api-inference.huggingface.co")

_PAGE = re.compile(r"https?://[^/]+/(?:models/)?((?!docs|settings|spaces|datasets|blog|models)[\w.-]+/[\w.-]+)(?:/.*)?")


def is_other_door(url: str) -> bool:
    return urls.host_of(url) in OTHER_DOORS


def model_of(typed: str) -> str:
    """The model whose page was pasted, "" for another address."""
    url = urls.whole(typed)
    found = _PAGE.fullmatch(url) if is_other_door(url) else None
    return found[1] if found else ""
