"""JSON of servers that may send anything: a value of the shape that is wanted, else an empty one of that shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def mapping(value: object) -> Object:
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def count(value: object) -> int | None:
    """A number from 0, as of tokens or bytes; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        return None
    return int(value)


def vector(value: object) -> list[float] | None:
    """A list of finite numbers, as an embedding is; None for everything else."""
    if isinstance(value, list) and all(isinstance(number, int | float) and math.isfinite(number) for number in value):
        return [float(number) for number in value]
    return None
