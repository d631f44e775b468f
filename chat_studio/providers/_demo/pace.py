"""When the demo emits which pieces: a plan without a clock, so that it can be checked without waiting."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

WAKE_UPS_PER_SECOND = 40
"""A faster answer emits several pieces at a time: a wake-up costs more than a piece, and a screen shows no more."""

_UNPACED_PIECES = 32
"""Pieces between two turns of the event loop when there is no speed to keep."""


@dataclass(frozen=True)
class Batch(Generic[T]):
    """Pieces that are due together, `due` seconds after the start of the answer."""

    due: float
    pieces: Sequence[T]


def schedule(pieces: Sequence[T], per_second: float) -> Iterator[Batch[T]]:
    """Spreads `pieces` over time, each batch by its distance from the start, so that delays do not add up.

    `per_second` 0 means as fast as they are taken.
    """
    size = max(1, math.ceil(per_second / WAKE_UPS_PER_SECOND)) if per_second else _UNPACED_PIECES
    for begin in range(0, len(pieces), size):
        yield Batch(begin / per_second if per_second else 0.0, pieces[begin : begin + size])
