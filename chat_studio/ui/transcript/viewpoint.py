"""What of a conversation is visible: it keeps the reader's place, and follows the end while the reader is there."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QScrollArea

from chat_studio.ui.transcript.anchor import Anchor, anchor_at, spot_at
from chat_studio.ui.transcript.canvas import MessageCanvas
from chat_studio.ui.transcript.column import MARGIN
from chat_studio.ui.transcript.reading_place import ReadingPlace

AT_END = 4
"""Pixels from the end within which the view counts as following it."""
MOST_ROUNDS = 30
"""Each lays out what the one before has brought onto the page: as a rule there are two or three."""
MOST_NEW = 1
"""Messages that scrolling makes before the page is painted; the others follow in the next frames."""
IDLE = 15
"""Milliseconds without scrolling after which what is near the page is laid out, a message at a time."""


class Viewpoint(QObject):
    """Scrolls a canvas in its area. All heights are estimates until they are seen, so whatever changes them goes
    through here: the text that is read stays where it is.

    Signals:
        moved: another part is visible, or the end went out of sight.
    """

    moved = Signal()

    def __init__(self, area: QScrollArea, canvas: MessageCanvas) -> None:
        super().__init__(area)
        self._area = area
        self._canvas = canvas
        self._following = True
        self._adjusting = False
        self._held: Anchor | None = None  # what is read, as of the last time that something was laid out
        self._target: Callable[[], float] | None = None  # where a page is that is not complete yet
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._go_on)
        area.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        canvas.message_grew.connect(self._on_message_grew)

    @property
    def is_away(self) -> bool:
        """Whether there is something below that the reader left."""
        return bool(self._canvas.records) and not self._following and not self._is_at_end

    @property
    def top(self) -> int:
        return self._area.verticalScrollBar().value()

    @property
    def page(self) -> int:
        return self._area.viewport().height()

    @property
    def anchor(self) -> Anchor | None:
        """What is read, to be kept in its place while everything else changes."""
        return anchor_at(self._canvas, self.top, self.top + self.page)

    # -- where to be -------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Goes to the end and stays there while it grows."""
        self._following = True
        self.arrange()

    def arrange(self, anchor: Anchor | None = None, *, most: int = sys.maxsize) -> None:
        """Lays out what is visible, around what is read or around an anchor of its own; makes `most` messages now."""
        kept = anchor or self.anchor
        self._settle(lambda: kept.y(self._canvas) if kept is not None else 0.0, most)

    def go_to(self, target: Callable[[], float]) -> None:
        """Scrolls to where `target` says; it is asked again whenever a height became known."""
        self._following = False
        self._settle(target)

    def turn(self, shared: int, anchor: Anchor | None) -> None:
        """Another branch is shown, which differs from the one before from the message of number `shared` on: that one
        stays in view, and what is above it where it was."""
        count = len(self._canvas.records)
        if self._following and shared >= count - 1:
            self.follow()
            return
        self._following = False
        if shared < count and (anchor is None or anchor.message >= shared):
            above = self.top - self._canvas.top_of(shared)
            anchor = Anchor(shared, above if above <= 0 else -MARGIN, self._canvas.column.height_of(shared))
        elif anchor is not None and anchor.message >= count:
            anchor = None
        self.arrange(anchor)
        if shared < count and self._canvas.top_of(shared) >= self.top + self.page:
            self.go_to(lambda: self._canvas.top_of(shared) - MARGIN)

    def place(self) -> ReadingPlace | None:
        """Where the reader is; None at the end."""
        if self._following or self._is_at_end or not self._canvas.records:
            return None
        spot = spot_at(self._canvas, self.top)
        surfaces = self._canvas.surfaces_of(spot.message)
        is_text = spot.box is not None and surfaces[spot.surface] is self._canvas.widget_of(spot.message).surface
        if not is_text:
            offset, height = self.top - self._canvas.top_of(spot.message), self._canvas.column.height_of(spot.message)
            return ReadingPlace(self._canvas.records.id(spot.message), offset / max(height, 1))
        return ReadingPlace(self._canvas.records.id(spot.message), spot.offset / max(spot.height, 1), spot.box)

    def return_to(self, place: ReadingPlace | None) -> None:
        """Goes where the reader was; to the end for a message that is gone."""
        message = self._canvas.records.index_of(place.message_id) if place is not None else None
        if place is None or message is None:
            self.follow()
            return
        self._following = False
        height = self._canvas.column.height_of(message)
        anchor = Anchor(message, place.share * height, height)
        self._area.verticalScrollBar().setValue(round(anchor.y(self._canvas)))
        surface = self._canvas.widget_of(message).surface
        if place.box is not None and place.box < surface.flow.box_count:
            height = surface.flow.box(place.box).height
            number = self._canvas.surfaces_of(message).index(surface)
            anchor = Anchor(message, place.share * height, height, number, place.box)
        self.arrange(anchor)

    # -- getting there -----------------------------------------------------------------------------------

    def _settle(self, target: Callable[[], float], most: int = sys.maxsize) -> None:
        """Lays out the page at `target` until no height changes any more, and shows it."""
        self._target = None
        if not self._canvas.records:
            self._fit(0.0)
            return
        with self._quietly():
            for _ in range(MOST_ROUNDS):
                top = self._bounded(target)
                missing = self._missing(top)
                changed = self._canvas.realise(top, self.page, most)
                most = max(most - missing, 0)
                if not changed:
                    break
        self._fit(self._bounded(target))
        self._held = self.anchor
        if self._missing(self.top):
            self._target = target
        self._idle.start(IDLE if self._target is None else 0)

    def _missing(self, top: float) -> int:
        """How many messages of a page have no widget."""
        return sum(not self._canvas.has_widget(index) for index in self._canvas.visible(top, top + self.page))

    def _bounded(self, target: Callable[[], float]) -> float:
        end = max(self._canvas.wanted_height - self.page, 0)
        return end if self._following else min(max(target(), 0.0), end)

    def _fit(self, top: float | None = None, first: int = 0) -> None:
        """Makes room for the messages, puts those from `first` on in their places, and scrolls."""
        area, bar = self._area, self._area.verticalScrollBar()
        with self._quietly():
            self._canvas.resize(area.viewport().width(), max(self._canvas.wanted_height, self.page))
            self._canvas.place(first)
            if self._following:
                bar.setValue(bar.maximum())
            elif top is not None:
                bar.setValue(round(top))
        self.moved.emit()

    def _go_on(self) -> None:
        """Lays out what is missing on the page, then what is near it, and comes again."""
        if self._target is not None:
            self._settle(self._target, MOST_NEW)
            return
        anchor = self.anchor
        with self._quietly():
            more = self._canvas.realise_ahead(self.top, self.page)
        if more:
            self.arrange(anchor)
            self._idle.start(0)

    @property
    def _is_at_end(self) -> bool:
        bar = self._area.verticalScrollBar()
        return bar.value() >= bar.maximum() - AT_END

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Whatever is done in here, what is read stays where it is."""
        anchor = self.anchor
        with self._quietly():
            yield
        self.arrange(anchor)

    @contextlib.contextmanager
    def _quietly(self) -> Iterator[None]:
        """Scrolling and growing in here is ours."""
        was, self._adjusting = self._adjusting, True
        try:
            yield
        finally:
            self._adjusting = was

    def _on_scrolled(self) -> None:
        if not self._adjusting:
            self._following = self._is_at_end
            self.arrange(most=MOST_NEW)

    def _on_message_grew(self, index: int, by: float) -> None:
        """A message changes by itself: what is above the page moves it along, what is below does not."""
        if self._adjusting:
            return
        top, bottom = self._canvas.top_of(index), self._canvas.top_of(index) + self._canvas.column.height_of(index)
        kept = None
        if bottom < self.top:
            kept = self.top + by
        elif top < self.top and self._held is not None:
            kept = self._held.y(self._canvas)
        self._fit(kept, index)
        if any(surface.flow.waits for surface in self._canvas.surfaces_of(index)):
            self.arrange()
        elif by < 0:
            self._idle.start(0)  # what was below the page may be on it now
