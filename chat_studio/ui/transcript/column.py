"""Where each message of a conversation stands, whether it has a widget or only a height."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chat_studio.history.branch import Branch
from chat_studio.messages import Role
from chat_studio.ui.transcript.boxes import CHARACTER
from chat_studio.ui.transcript.heights import Heights
from chat_studio.ui.transcript.style import LINE_HEIGHT

GAP = 20
MARGIN = 24
CHROME = 70
"""Pixels of an answer beside its text."""
MOST_QUESTION_LINES = 30
"""A longer question is folded."""


@dataclass(frozen=True)
class Measure:
    """What heights are estimated by: the width of the column and the size of the text, in pixels."""

    width: int
    font_size: int

    @property
    def line(self) -> float:
        return LINE_HEIGHT * self.font_size

    @property
    def characters(self) -> int:
        """In one line."""
        return max(int(self.width / (CHARACTER * self.font_size)), 1)

    def heights(self, branch: Branch, first: int) -> Iterator[int]:
        """Of the messages of a branch, from number `first` on."""
        characters, line = self.characters, self.line
        for index in range(first, len(branch)):
            text = branch.text(index)
            lines = text.count("\n") + 1 + len(text) // characters
            if branch.role(index) is Role.USER:
                yield round((min(lines, MOST_QUESTION_LINES) + 1) * line)
            else:
                yield round(lines * line) + CHROME

    def scaled(self, height: float, before: Measure) -> int:
        """A height that was good for another measure."""
        return round(CHROME + (height - CHROME) * self.line * before.characters / (before.line * self.characters))


class Column:
    """Heights of messages, estimated until they are known, and the tops that follow. All in pixels, and whole ones: a
    height that becomes known moves the others by what the view can scroll."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._steps = Heights()  # each with the gap below it

    def take(self, branch: Branch, keep: int = 0) -> None:
        """Takes the messages of a branch; what is known of the first `keep` stays."""
        added = (height + GAP for height in self._measure.heights(branch, keep))
        if keep:
            self._steps.cut(keep)
            for step in added:
                self._steps.append(step)
        else:
            self._steps = Heights(added)

    def append(self, branch: Branch) -> None:
        """Takes the last message of a branch."""
        for height in self._measure.heights(branch, len(branch) - 1):
            self._steps.append(height + GAP)

    def resize(self, index: int, height: float) -> float:
        """Sets a message's height; returns by how much everything below it moves."""
        return self._steps.put(index, height + GAP)

    def rescale(self, measure: Measure) -> None:
        """Estimates all heights anew, from what they were."""
        before, self._measure = self._measure, measure
        if measure != before:
            self._steps = Heights(measure.scaled(step - GAP, before) + GAP for step in self._steps)

    def top(self, index: int) -> float:
        return MARGIN + self._steps.above(index)

    def height_of(self, index: int) -> float:
        return self._steps[index] - GAP

    def height(self) -> float:
        """Of the whole column."""
        return MARGIN + self._steps.total - GAP + MARGIN if len(self._steps) else MARGIN

    def visible(self, top: float, bottom: float) -> range:
        """The messages that touch the band."""
        if not len(self._steps):
            return range(0)
        first = self._steps.at(top - MARGIN)
        last = self._steps.at(bottom - MARGIN)
        return range(first, last + 1 if self.top(last) < bottom else last)

    def near(self, index: int, top: float, bottom: float) -> bool:
        """Whether a message touches the band."""
        return self.top(index) < bottom and self.top(index) + self.height_of(index) > top
