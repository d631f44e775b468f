"""Whether a server wants to be asked again, and after how long."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from chat_studio.providers._wire.error_bodies import ServerWords


def retry_after(headers: Mapping[str, str], words: ServerWords) -> float | None:
    """Seconds, from `retry-after-ms`, `retry-after` (seconds or a date), the body, or its text."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    told = headers.get("retry-after", "")
    if told:
        seconds = _number(told)
        return seconds if seconds is not None else _until(told)
    if words.retry_after is not None:
        return words.retry_after
    found = re.search(r"(?:try again in|retry after) ([\d.]+) ?(ms|s)", words.message, re.IGNORECASE)
    if found and (amount := _number(found[1].rstrip("."))) is not None:
        return amount / 1000 if found[2].lower() == "ms" else amount
    return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _until(date: str) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())
    except ValueError:
        return None


def should_retry(headers: Mapping[str, str]) -> bool | None:
    """What `x-should-retry` says, as OpenAI and Anthropic send it; None where the server leaves it to us."""
    return {"true": True, "false": False}.get(headers.get("x-should-retry", "").strip().lower())
