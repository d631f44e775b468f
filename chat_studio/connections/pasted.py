"""The address in what someone pasted: people copy it with quotes, as a setting, or as a whole curl command."""

from __future__ import annotations

import re
import shlex
from contextlib import suppress
from itertools import pairwise

LONGEST = 32_768
"""Characters of a pasted text that are looked at."""

_AROUND = " \t\r\n\"'`“”‘’«»<>"
_AFTER = _AROUND + ",;.)"
_SETTING = re.compile(
    r"(?:(?:export|set|[$]env:)\s*)?[\w .-]{1,60}?[\"']?\s*[=:]\s*[\"'`“‘<]?\s*(?=https?://)", re.IGNORECASE
)
_SCHEME_TYPED_WRONG = re.compile(r"(https?)(?::/|//)(?=[^/])", re.IGNORECASE)
_PORT_ALONE = re.compile(r":?(\d{2,5})(/.*)?")
_OF_OTHERS = re.compile(
    r"-[xeHuAbdo]|--(?:proxy|referer|header|user|user-agent|cookie|data|data-raw|data-binary|json|output)"
)
"""Options of curl whose value may look like an address, and is not the one that is asked."""


def address_in(text: str) -> str:
    """The address that a pasted text holds; the text itself, without what stands around it, if it holds none.

    Nothing is made up: of several addresses, or one with a space within, none is chosen. A port alone is one of this
    computer.
    """
    text = text[:LONGEST].strip(_AROUND).rstrip(_AFTER)
    if re.match(r"curl(?:\.exe)?\s", text):
        text = _asked_by_curl(text) or text
    elif setting := _SETTING.match(text):
        text = text[setting.end() :]
    text = _SCHEME_TYPED_WRONG.sub(r"\1://", text, count=1) if _SCHEME_TYPED_WRONG.match(text) else text
    if port := _PORT_ALONE.fullmatch(text):
        return f"localhost:{port[1]}{port[2] or ''}"
    return text


def _asked_by_curl(command: str) -> str:
    asked = [word for before, word in pairwise(_words(command)) if not _OF_OTHERS.fullmatch(before)]
    with_scheme = [word for word in asked if re.match(r"https?://\S+$", word, re.IGNORECASE)]
    without = [word for word in asked if re.match(r"[\w\[][\w.:\[\]-]*[.:\]][\w.:\[\]-]*(?:/\S*)?$", word)]
    return (with_scheme or without or [""])[0]


def _words(command: str) -> list[str]:
    for missing in ("", "'", '"'):  # the end was cut off within quotes
        with suppress(ValueError):
            return shlex.split(command + missing)
    return []
