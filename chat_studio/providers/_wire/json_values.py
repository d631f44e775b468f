"""JSON of servers that may send anything: a value of the shape that is wanted, else an empty one of that shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]

_MOST = 2.0**53
"""Beyond it neither a count nor an amount means anything, and Python's whole numbers do not fit into a float."""


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def mapping(value: object) -> Object:
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def count(value: object) -> int | None:
    """A number from 0, as of tokens or bytes; None for everything else."""
    found = number(value)
    return int(found) if found is not None and found >= 0 else None


def number(value: object) -> float | None:
    """A number of a usual size; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_MOST <= value <= _MOST:
        return None
    return float(value)


def vector(value: object) -> list[float] | None:
    """A list of numbers, as an embedding is; None for everything else."""
    if not isinstance(value, list):
        return None
    numbers = [found for item in value if (found := number(item)) is not None]
    return numbers if len(numbers) == len(value) else None
