"""The sheet that scrolls in the transcript: the messages near the viewport as widgets, the others as heights."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QWidget

from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageRecord
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.column import MARGIN, Column, Measure
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.realised import Realised
from chat_studio.ui.transcript.surface import FlowSurface

COLUMN_WIDTH = 744
NARROWEST_COLUMN = 200
MOST_WIDGETS = 40
"""Messages that have widgets before any is given back while the user scrolls: that costs, too."""
AHEAD, KEPT = 0.5, 3.0
"""Pages above and below the visible one within which widgets are made, and beyond which they are given back."""


class MessageCanvas(QWidget):
    """Holds the branch, and makes and places the widgets of its messages.

    Signals:
        message_grew(int, float): the message of that number is so many pixels taller.
        widget_made(MessageWidget): for a message that came near.
        link_activated(str), retry_requested(str): as of `MessageWidget`.
    """

    message_grew = Signal(int, float)
    widget_made = Signal(object)
    link_activated = Signal(str)
    retry_requested = Signal(str)

    def __init__(self, host: MessageHost) -> None:
        super().__init__()
        self.setObjectName("transcriptCanvas")
        # Scrolling and growing then move what is painted instead of painting it again.
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.records = Branch()
        self._appearance = host.appearance
        self._wanted_width = COLUMN_WIDTH
        self._frame_width = 0
        self.column = Column(self.measure)
        self.realised = Realised(self, host)

    def show_branch(self, branch: Branch) -> int:
        """Takes another branch, and keeps what both have in common; returns how many messages that is."""
        shared = self.records.shared(branch)
        self.realised.keep(lambda index, widget: index < shared and _takes(widget, branch[index]))
        self.records = branch.copy()
        self.column.take(self.records, shared)
        return shared

    def append(self, record: MessageRecord) -> None:
        self.records.append(record)
        self.column.append(self.records)

    def change(self, index: int, record: MessageRecord) -> None:
        self.records.put(index, record)
        widget = self.realised.get(index)
        if isinstance(widget, AnswerWidget):
            widget.change(record)

    # -- where things are --------------------------------------------------------------------------------

    def top_of(self, index: int) -> float:
        return self.column.top(index)

    @property
    def wanted_height(self) -> int:
        return round(self.column.height())

    def visible(self, top: float, bottom: float) -> range:
        """The numbers of the messages that touch a band."""
        return self.column.visible(top, bottom)

    def widgets(self) -> Iterator[MessageWidget]:
        yield from self.realised.values()

    def has_widget(self, index: int) -> bool:
        return index in self.realised

    def surfaces_of(self, index: int) -> list[FlowSurface]:
        """The texts of a message that has a widget, in the order in which they were made."""
        widget = self.realised.get(index)
        return widget.findChildren(FlowSurface) if widget is not None else []

    # -- making what is near -----------------------------------------------------------------------------

    def widget_of(self, index: int) -> MessageWidget:
        """The widget of a message, made if need be."""
        known = self.realised.get(index)
        if known is not None:
            return known
        widget = self.realised.make(index, self.records[index], self.measure.width)
        widget.grew.connect(lambda height: self.message_grew.emit(index, self.column.resize(index, height)))
        widget.link_activated.connect(self.link_activated)
        widget.retry_requested.connect(self.retry_requested)
        self.column.resize(index, widget.height())
        for surface in self.surfaces_of(index):
            surface.look_at(-1, -1)  # at nothing yet
        widget.show()
        self.widget_made.emit(widget)
        return widget

    def realise(self, top: float, page: float, most: int = sys.maxsize) -> bool:
        """Lays out the page that begins at `top`.

        Makes `most` widgets. Returns whether that changed any height: then something else may be on the page.
        """
        before = self.column.height()
        changed = False
        visible = self.column.visible(top, top + page)
        missing = [index for index in visible if index not in self.realised]
        for index in visible:
            if index not in missing[most:]:
                changed |= self._lay_out(index, top, top + page)
        for index in [index for index in self.realised.streaming(self.records) if index not in visible]:
            self._lay_out(index, top, top + page)  # no longer: it went out of sight
        if len(self.realised) > MOST_WIDGETS:
            self.realised.give_back(self.column.visible(top - KEPT * page, top + (1 + KEPT) * page), self.records)
        return changed or self.column.height() != before

    def realise_ahead(self, top: float, page: float) -> bool:
        """Lays out one more message near the page that begins at `top`; returns whether there was one.

        When there is none, what is far from the page is given back.
        """
        above, below = top - AHEAD * page, top + (1 + AHEAD) * page
        for index in sorted(self.column.visible(above, below), key=lambda index: abs(self.top_of(index) - top)):
            is_new = not self.has_widget(index)
            if self._lay_out(index, above, below) or is_new:
                return True
        self.realised.give_back(self.column.visible(top - KEPT * page, top + (1 + KEPT) * page), self.records)
        return False

    def _lay_out(self, index: int, top: float, bottom: float) -> bool:
        """Lays out what stands of a message between two y; returns whether a height changed."""
        is_last = index == len(self.records) - 1
        before = self.column.height_of(index)
        widget = self.widget_of(index)
        changed = False
        for surface in self.surfaces_of(index):
            y = self.top_of(index) + surface.mapTo(widget, QPoint()).y()
            reaches_end = is_last and bottom >= y + surface.height()  # what comes there is looked at, too
            changed |= surface.look_at(top - y, math.inf if reaches_end else bottom - y)
        return changed or self.column.height_of(index) != before

    def place(self, first: int = 0) -> None:
        """Puts the widgets of the messages from `first` on where the column says."""
        x = (self._frame_width - self.measure.width) // 2
        for index, widget in self.realised.items():
            if index >= first:
                widget.move(x, round(self.column.top(index)))

    # -- another look ------------------------------------------------------------------------------------

    def set_width(self, width: int, frame_width: int, wanted: int | None = None) -> None:
        """Lays out for a sheet of `width` pixels, centred in a frame that has a scroll bar, too.

        `wanted` is the width of the column where there is room for it. Only what is visible keeps its widgets.
        """
        self._frame_width = frame_width
        self._wanted_width = wanted or self._wanted_width
        self.resize(width, self.height())
        self.column.rescale(self.measure)
        seen, streaming = self.visibleRegion().boundingRect(), self.realised.streaming(self.records)
        for index, widget in list(self.realised.items()):
            if widget.width() == self.measure.width:
                self.column.resize(index, widget.height())
            elif index in streaming or self.column.near(index, seen.top(), seen.bottom()):
                widget.set_width(self.measure.width)
                self.column.resize(index, widget.height())
            else:
                self.realised.discard(index)

    def restyle(self) -> None:
        """Takes the appearance's theme and fonts; all widgets are made again, a running answer with all it has."""
        streaming = self.realised.streaming(self.records)
        for index, widget in self.realised.items():
            if isinstance(widget, AnswerWidget) and index in streaming:
                self.records.put(index, widget.snapshot())
        self.realised.restyle()
        self.column.rescale(self.measure)

    @property
    def measure(self) -> Measure:
        """The column, and the text in it."""
        width = max(min(self._wanted_width, self.width() - 2 * MARGIN), NARROWEST_COLUMN)
        return Measure(width, self._appearance.font_size)


def _takes(widget: MessageWidget, record: MessageRecord) -> bool:
    """Shows another state of a message, if the widget has all of its words; returns whether it has."""
    if not isinstance(widget, AnswerWidget):
        return widget.record == record
    if widget.snapshot().message.text != record.message.text:
        return False
    if widget.record != record:
        widget.change(record)
    return True
