"""A tool call: what the model wants, what came of it, and how long it took."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from chat_studio.messages import ToolCallPart, ToolResultPart
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.tool_line import PADDING, RADIUS, CardLine
from chat_studio.ui.transcript.tool_texts import duration, fenced, pretty, summary

SHORT_RESULT = 28
"""Characters of a result that is told while the card is folded."""


class CallState(Enum):
    """Its value is shown on the card."""

    WRITING = "being written…"
    CUT = "not finished"
    ASKED = "asked for, not run"
    RUNNING = "running…"
    DONE = "done"
    FAILED = "failed"


class ToolCard(QWidget):
    """A line with the tool's name; opened, arguments and result stand below it. Folded, a piece of a call costs nothing
    once the line is full.

    Signals:
        grew: `wanted_height` is another one.
        unfolded(FlowSurface): the arguments are shown there now.
    """

    grew = Signal()
    unfolded = Signal(object)

    def __init__(self, style: TextStyle, width: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toolCard")
        self._style = style
        self._pieces: list[str] = []
        self._result = ""
        self._surface: FlowSurface | None = None
        self._line = CardLine(style, self)
        self._line.clicked.connect(self._turn)
        self.call: ToolCallPart | None = None
        self.result: ToolResultPart | None = None
        self.state = CallState.WRITING
        self.resize(width, self.wanted_height)
        self._line.resize(width, self._line.wanted_height)

    @property
    def wanted_height(self) -> int:
        below = self._surface.wanted_height + PADDING if self._surface is not None else 0
        return self._line.wanted_height + below

    # -- what comes --------------------------------------------------------------------------------------

    def write(self, name: str, arguments: str) -> None:
        """A piece of the call, while the model writes it."""
        self._pieces.append(arguments)
        if self._surface is not None:
            self._surface.append(arguments)
        if not self._line.is_full or name != self._line.name:
            self._line.show_call(name, self._line.summary + arguments, self.state.value)

    def take_call(self, call: ToolCallPart) -> None:
        """The whole call."""
        self.call = call
        self._pieces = [pretty(call.arguments)]
        self.show_state(CallState.ASKED)

    def take_result(self, result: ToolResultPart, seconds: float | None = None) -> None:
        """What came of the call, and the time it took, where that is known."""
        self.result = result
        self._result = pretty(result.content)
        self.show_state(CallState.FAILED if result.is_error else CallState.DONE, seconds)

    def show_state(self, state: CallState, seconds: float | None = None) -> None:
        self.state = state
        words = state.value
        if state is CallState.DONE and 0 < len(self._result) <= SHORT_RESULT and "\n" not in self._result:
            words = self._result
        took = "" if seconds is None else f" · {duration(seconds)}"
        name = self.call.name if self.call else self.result.name if self.result else self._line.name
        told = summary(self.call.arguments) if self.call else self._line.summary
        self._line.show_call(name, told, words + took, failed=state is CallState.FAILED)
        if self._surface is not None:
            self._fold()
            self._unfold()
            self._fit()

    # -- opening -----------------------------------------------------------------------------------------

    def set_width(self, width: int) -> None:
        self.resize(width, self.height())
        self._line.resize(width, self._line.height())
        if self._surface is not None:
            self._surface.set_width(width - 2 * PADDING)
        self._fit()

    def _turn(self) -> None:
        if self._surface is None:
            self._unfold()
        else:
            self._fold()
        self._line.show_open(self._surface is not None)
        self._fit()

    def _unfold(self) -> None:
        width = self.width() - 2 * PADDING
        self._surface = FlowSurface(MarkdownFlow(self._style.muted(), width), self)
        self._surface.set_width(width)
        self._surface.append(self._markdown())
        if self.state is not CallState.WRITING:
            self._surface.finish()
        self._surface.move(PADDING, self._line.wanted_height)
        self._surface.grew.connect(self._fit)
        self.unfolded.emit(self._surface)
        self._surface.show()

    def _fold(self) -> None:
        if self._surface is not None:
            self._surface.hide()
            self._surface.setParent(None)
            self._surface.deleteLater()
            self._surface = None

    def _markdown(self) -> str:
        arguments = "".join(self._pieces)
        if self.state is CallState.WRITING:
            return f"Arguments\n\n```json\n{arguments}"
        shown = [f"Arguments\n\n{fenced(arguments)}"] if self.call or arguments else []
        if self.result is not None:
            shown.append(f"Result\n\n{fenced(self._result)}" if self._result else "The result is empty.")
        return "\n\n".join(shown)

    def _fit(self) -> None:
        if self.wanted_height != self.height():
            self.grew.emit()
        if self._surface is not None:
            self._surface.resize(self._surface.width(), self._surface.wanted_height)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._style.theme.line), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
