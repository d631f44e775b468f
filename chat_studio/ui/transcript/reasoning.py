"""What the model thought, folded under one line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.widgets.buttons import Button

HEADING = 24
INDENT = 14


class ReasoningFold(QWidget):
    """A heading that opens and closes. Folded, nothing below it is laid out.

    Signals:
        grew: `wanted_height` is another one.
        unfolded(FlowSurface): the thoughts are shown there now.
    """

    grew = Signal()
    unfolded = Signal(object)

    def __init__(self, style: TextStyle, width: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style.muted()
        self._pieces: list[str] = []
        self._surface: FlowSurface | None = None
        self._done = False
        self._summary = "Thinking…"
        self._button = Button("", "quiet", self)
        self._button.setObjectName("reasoningToggle")
        self._button.clicked.connect(self.toggle)
        self.resize(width, HEADING)
        self._show_heading()

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def wanted_height(self) -> int:
        return HEADING if self._surface is None else HEADING + 4 + self._surface.wanted_height

    def append(self, text: str) -> None:
        self._pieces.append(text)
        if self._surface is not None:
            self._surface.append(text)

    def finish(self, seconds: float | None) -> None:
        """The reasoning is complete; `seconds` it took, where known already."""
        if self._surface is not None and not self._done:
            self._surface.finish()
        self._done = True
        self._summary = f"Thought for {seconds:.1f} s" if seconds is not None else "Thoughts"
        self._show_heading()

    def toggle(self) -> None:
        if self._surface is None:
            self._unfold()
        else:
            self._surface.deleteLater()
            self._surface = None
        self._fit()
        self._show_heading()

    def set_width(self, width: int) -> None:
        self.resize(width, self.height())
        if self._surface is not None:
            self._surface.set_width(width - INDENT)
        self._fit()

    def _unfold(self) -> None:
        width = self.width() - INDENT
        self._surface = FlowSurface(MarkdownFlow(self._style, width), self)
        self._surface.set_width(width)
        self._surface.append("".join(self._pieces))
        if self._done:
            self._surface.finish()
        self._surface.move(INDENT, HEADING + 4)
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
        self._button.move(INDENT - 5, (HEADING - self._button.height()) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, 2, self.height(), QColor(self._style.theme.line))
