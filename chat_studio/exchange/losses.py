"""What could not be taken from a file, by its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

EXAMPLES = 3
"""Of each reason."""
LENGTH = 80
"""Characters of an example."""


@dataclass(frozen=True)
class Loss:
    """A reason in the user's words, how often it arose, and some of the places."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass
class _Entry:
    count: int
    examples: list[str]


class Losses:
    """Counts reasons as they arise."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def __bool__(self) -> bool:
        return bool(self._entries)

    def __iter__(self) -> Iterator[Loss]:
        return iter([Loss(reason, entry.count, tuple(entry.examples)) for reason, entry in self._entries.items()])

    def add(self, reason: str, example: str = "", count: int = 1) -> None:
        entry = self._entries.setdefault(reason, _Entry(0, []))
        entry.count += count
        example = " ".join(example.split())
        if len(example) > LENGTH:
            example = example[: LENGTH - 1] + "…"
        if example and example not in entry.examples and len(entry.examples) < EXAMPLES:
            entry.examples.append(example)

    def merge(self, other: Losses) -> None:
        for loss in other:
            self.add(loss.reason, count=loss.count)
            for example in loss.examples:
                self.add(loss.reason, example, count=0)
