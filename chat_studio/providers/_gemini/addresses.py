"""Addresses of Gemini, and of what passes it on."""

from __future__ import annotations

import re

from chat_studio.providers._wire import urls

HOST = "generativelanguage.googleapis.com"
BASE = f"https://{HOST}/v1beta/openai"

_NATIVE = re.compile(r"(.*/v1(?:alpha|beta))(?:/.*)?")


def canonical(typed: str) -> str:
    """Google's host has one address; elsewhere it is what stands under `/v1beta`, if anything does."""
    url = urls.whole(typed)
    if urls.host_of(url) == HOST:
        return BASE
    found = _NATIVE.fullmatch(url)
    return f"{found[1]}/openai" if found else urls.with_version(typed)


def model_of(typed: str) -> str:
    """The model of a pasted request (`…/models/gemini-3-flash:generateContent`), "" if it names none."""
    found = re.search(r"/models/([\w.-]+)", urls.whole(typed))
    return found[1] if found else ""
