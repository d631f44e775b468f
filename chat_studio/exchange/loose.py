"""Values out of JSON that others wrote: what has another type than expected counts as not there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = 1e11
"""Seconds since 1970 beyond which a number counts milliseconds (the year 5138)."""
_MICROSECONDS = 1e14
_LATEST = 1e11


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def items(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def mappings(value: object) -> list[Mapping[str, object]]:
    """The objects of a list, without what else is in it."""
    return [item for item in items(value) if isinstance(item, dict)]


def number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def count(value: object) -> int | None:
    """A number of things: not negative, and of a size that exists."""
    found = number(value)
    return int(found) if found is not None and 0 <= found < 2**53 else None


def time(value: object) -> datetime | None:
    """A time in UTC, from ISO 8601 or from seconds (milliseconds, microseconds) since 1970."""
    if isinstance(value, str):
        return _written(value)
    seconds = number(value)
    if seconds is None or seconds < 0:
        return None
    if seconds >= _MICROSECONDS:
        seconds /= 1e6
    elif seconds >= _MILLISECONDS:
        seconds /= 1e3
    return _EPOCH + timedelta(seconds=seconds) if seconds < _LATEST else None


def _written(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def first(*found: T | None) -> T | None:
    """The first that is there."""
    return next((one for one in found if one is not None), None)
