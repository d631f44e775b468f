"""Marks what was found in the transcript, and scrolls there."""

from __future__ import annotations

from collections.abc import Callable

from chat_studio.ui.transcript.canvas import MessageCanvas
from chat_studio.ui.transcript.column import MARGIN
from chat_studio.ui.transcript.search import Finder, Match

ABOVE = 200
"""Pixels of the conversation that stay visible above a match."""


class Marks:
    """Selects the current match in its message, one at a time.

    `scroll_to` takes a function that returns the y to scroll to, since making widgets on the way moves it.
    """

    def __init__(self, canvas: MessageCanvas, scroll_to: Callable[[Callable[[], float]], None]) -> None:
        self._canvas = canvas
        self._scroll_to = scroll_to
        self._finder = Finder()

    def step(self, text: str, *, forward: bool) -> tuple[int, int]:
        """Marks the next match; returns its number from 1 (0: none) and the count."""
        match = self._finder.step(text, self._canvas.records, forward=forward)
        self._unmark()
        if match is not None:
            self._mark(match)
        return self._finder.position, self._finder.count

    def clear(self) -> None:
        self._finder.clear()
        self._unmark()

    def _mark(self, match: Match) -> None:
        self._scroll_to(lambda: self._canvas.top_of(match.record) - MARGIN)
        surface = self._canvas.widget_of(match.record).surface
        places = surface.flow.find(match.text)
        if places:
            y, selection = places[min(match.nth, len(places) - 1)]
            surface.select(selection)
            self._scroll_to(lambda: self._canvas.top_of(match.record) + surface.y() + y - ABOVE)

    def _unmark(self) -> None:
        for widget in self._canvas.widgets():
            widget.surface.select(None)
