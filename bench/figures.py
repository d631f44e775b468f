"""A measured figure, its bound, and the table they make."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Figure:
    """Several samples of one thing; the median is compared with the bound."""

    name: str
    unit: str
    samples: list[float]
    bound: float | None = None
    median: float = field(init=False)
    spread: float = field(init=False)
    holds: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "median", statistics.median(self.samples))
        object.__setattr__(self, "spread", max(self.samples) - min(self.samples))
        object.__setattr__(self, "holds", self.bound is None or self.median <= self.bound)

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def table(figures: list[Figure]) -> str:
    """Lines of Markdown."""
    lines = [
        "| what | median | spread | bound | holds |",
        "|------|-------:|-------:|------:|:-----:|",
    ]
    for figure in figures:
        bound = "" if figure.bound is None else f"≤ {figure.bound:g} {figure.unit}"
        holds = "" if figure.bound is None else "yes" if figure.holds else "**no**"
        median, spread = f"{figure.median:.3g} {figure.unit}", f"{figure.spread:.2g}"
        lines.append(f"| {figure.name} | {median} | {spread} | {bound} | {holds} |")
    return "\n".join(lines)
