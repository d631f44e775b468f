"""What the model thought, folded under one line."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.widgets.buttons import Button

INDENT = 14
GAP = 4


class ReasoningFold(QWidget):
    """A heading that opens and closes. Folded, a token is put into a list and nothing else.

    Signals:
        grew: `wanted_height` is another one.
        unfolded(FlowSurface): the thoughts are shown there now.
    """

    grew = Signal()
    unfolded = Signal(object)

    def __init__(self, style: TextStyle, width: int, parent: QWidget, *, is_live: bool = False) -> None:
        """`is_live`: the thoughts come now, and their time is taken."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)  # more thoughts paint only what they add
        self._style = style.muted()
        self._pieces: list[str] = []
        self._surface: FlowSurface | None = None
        self._since = time.monotonic() if is_live else None
        self._done = False
        self._opened_by_itself = False
        self._summary = "Thinking…"
        self._button = Button("", "quiet", self)
        self._button.setObjectName("reasoningToggle")
        self._button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._button.clicked.connect(self._on_clicked)
        self._show_heading()
        self.resize(width, self.wanted_height)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def wanted_height(self) -> int:
        heading = self._button.height()
        return heading if self._surface is None else heading + GAP + self._surface.wanted_height

    def append(self, text: str) -> None:
        self._pieces.append(text)
        if self._surface is not None:
            self._surface.append(text)

    def open_while_it_comes(self) -> None:
        """Shows the thoughts until they are complete, or the user folds them."""
        self._opened_by_itself = True
        self._turn()

    def finish(self, seconds: float | None = None) -> None:
        """The reasoning is complete; it took so many seconds, where they are known."""
        if self._since is not None and seconds is None and not self._done:
            seconds = time.monotonic() - self._since
        if self._surface is not None and not self._done:
            self._surface.finish()
        if seconds is not None:
            self._summary = f"Thought for {seconds:.1f} s"
        elif not self._done:
            self._summary = "Thoughts"
        self._done = True
        if self._opened_by_itself and self._surface is not None:
            self._opened_by_itself = False
            self._turn()
        self._show_heading()

    def set_width(self, width: int) -> None:
        self.resize(width, self.height())
        if self._surface is not None:
            self._surface.set_width(width - INDENT)
        self._fit()

    def _on_clicked(self) -> None:
        self._opened_by_itself = False
        self._turn()

    def _turn(self) -> None:
        if self._surface is None:
            self._unfold()
        else:
            self._surface.hide()
            self._surface.setParent(None)
            self._surface.deleteLater()
            self._surface = None
        self._show_heading()
        self._fit()

    def _unfold(self) -> None:
        width = self.width() - INDENT
        self._surface = FlowSurface(MarkdownFlow(self._style, width), self)
        self._surface.set_width(width)
        self._surface.append(self.text)
        if self._done:
            self._surface.finish()
        self._surface.move(INDENT, self._button.height() + GAP)
        self._surface.grew.connect(self._fit)
        self.unfolded.emit(self._surface)
        self._surface.show()

    def _fit(self) -> None:
        if self.wanted_height != self.height():
            self.grew.emit()
        if self._surface is not None:
            self._surface.resize(self._surface.width(), self._surface.wanted_height)

    def _show_heading(self) -> None:
        self._button.setText(f"{'▾' if self._surface else '▸'} {self._summary}")
        self._button.setAccessibleName(f"{self._summary}, {'shown' if self._surface else 'folded'}")
        self._button.adjustSize()
        self._button.move(INDENT - 5, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        QPainter(self).fillRect(0, 0, 2, self.height(), QColor(self._style.theme.line))
