"""How far a long piece of work has come, as a front end shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """`done` of `total` (conversations of an export, bytes of a file that is read); `conversations` are finished."""

    done: int
    total: int
    conversations: int

    @property
    def fraction(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


Report = Callable[[Progress], None]
"""Is told of progress, in the event loop's thread, a few times a second at most as often as something was done."""


def unheard(_: Progress) -> None:
    """For those who don't want to know."""
