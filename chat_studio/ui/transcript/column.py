"""Where each message of a conversation stands, whether it has a widget or only a height."""

from __future__ import annotations

import bisect
from itertools import accumulate

from chat_studio.history.records import MessageRecord
from chat_studio.messages import Role

GAP = 28
MARGIN = 24
CHARACTERS_A_LINE = 95
LINE = 21
CHROME = 70
"""Pixels of a message beside its text; with the two above, what the estimate of an unseen message is made of."""
LONGEST_QUESTION = 30 * LINE


class Column:
    """Heights of messages, estimated until they are known, and the tops that follow. All in pixels."""

    def __init__(self) -> None:
        self._heights: list[float] = []
        self._tops: list[float] = []

    def __len__(self) -> int:
        return len(self._heights)

    def set(self, records: list[MessageRecord]) -> None:
        self._heights = [estimated_height(record) for record in records]
        self._arrange()

    def append(self, record: MessageRecord) -> None:
        self._tops.append(self._bottom() + GAP if self._heights else MARGIN)
        self._heights.append(estimated_height(record))

    def resize(self, index: int, height: float) -> float:
        """Sets a message's height; returns by how much everything below it moves."""
        moved = height - self._heights[index]
        if moved:
            self._heights[index] = height
            for below in range(index + 1, len(self._tops)):
                self._tops[below] += moved
        return moved

    def top(self, index: int) -> float:
        return self._tops[index]

    def height(self) -> float:
        """Of the whole column."""
        return self._bottom() + MARGIN

    def visible(self, top: float, bottom: float) -> range:
        """The messages that touch the band."""
        first = max(bisect.bisect_right(self._tops, top) - 1, 0)
        return range(first, bisect.bisect_left(self._tops, bottom))

    def _bottom(self) -> float:
        return self._tops[-1] + self._heights[-1] if self._heights else 0.0

    def _arrange(self) -> None:
        steps = [MARGIN, *(height + GAP for height in self._heights[:-1])]
        self._tops = list(accumulate(steps)) if self._heights else []


def estimated_height(record: MessageRecord) -> float:
    text = record.message.text
    lines = text.count("\n") + 1 + len(text) // CHARACTERS_A_LINE
    height = float(lines * LINE)
    return min(height, LONGEST_QUESTION) + LINE if record.message.role is Role.USER else height + CHROME
