"""Heights of things that stand below each other, and where each of them begins.

A Fenwick tree (P. M. Fenwick, “A new data structure for cumulative frequency tables”, 1994): one of ten thousand
heights changes, is added or is found in some fourteen steps, not in ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Heights:
    """A sequence of heights in pixels."""

    def __init__(self, heights: Iterable[float] = ()) -> None:
        self._heights = list(heights)
        self.total = sum(self._heights, 0.0)
        self._sums = [0.0, *self._heights]  # of [number - lowest bit of number, number)
        for number in range(1, len(self._sums)):
            above = number + (number & -number)
            if above < len(self._sums):
                self._sums[above] += self._sums[number]

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> float:
        return self._heights[index]

    def __iter__(self) -> Iterator[float]:
        return iter(self._heights)

    def append(self, height: float) -> None:
        self._heights.append(height)
        self.total += height
        number, step, total = len(self._heights), 1, height
        while step < number & -number:
            total += self._sums[number - step]
            step <<= 1
        self._sums.append(total)

    def put(self, index: int, height: float) -> float:
        """Sets a height; returns by how much everything below moves."""
        moved = height - self._heights[index]
        if moved:
            self._heights[index] = height
            self.total += moved
            number = index + 1
            while number < len(self._sums):
                self._sums[number] += moved
                number += number & -number
        return moved

    def cut(self, length: int) -> None:
        """Keeps so many of the beginning."""
        del self._heights[length:]
        del self._sums[length + 1 :]
        self.total = self.above(length)

    def above(self, index: int) -> float:
        """The sum of the heights before `index`: where that one begins."""
        total = 0.0
        while index > 0:
            total += self._sums[index]
            index -= index & -index
        return total

    def at(self, y: float) -> int:
        """The last one that begins at `y` or above it; 0 for what is above the first."""
        number, step = 0, 1 << len(self._heights).bit_length()
        while step:
            if number + step < len(self._sums) and self._sums[number + step] <= y:
                number += step
                y -= self._sums[number]
            step >>= 1
        return min(number, max(len(self._heights) - 1, 0))
