"""A tool call: what the model wants, what came of it, and how long it took."""

from __future__ import annotations

import json
from enum import Enum

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from chat_studio.messages import ToolCallPart, ToolResultPart
from chat_studio.ui.icons import GRID, pixmap
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface

PADDING, RADIUS = 13, 8
LONGEST_SUMMARY = 120
SHORT_RESULT = 28
"""Characters that are shown of arguments, and of a result, while the card is folded."""
MOST_READ = 100_000
"""Characters of JSON that are read to show their structure: some milliseconds."""


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
        self._pieces = [_pretty(call.arguments)]
        self.show_state(CallState.ASKED)

    def take_result(self, result: ToolResultPart, seconds: float | None = None) -> None:
        """What came of the call, and the time it took, where that is known."""
        self.result = result
        self._result = _pretty(result.content)
        self.show_state(CallState.FAILED if result.is_error else CallState.DONE, seconds)

    def show_state(self, state: CallState, seconds: float | None = None) -> None:
        self.state = state
        words = state.value
        if state is CallState.DONE and 0 < len(self._result) <= SHORT_RESULT and "\n" not in self._result:
            words = self._result
        took = "" if seconds is None else f" · {_duration(seconds)}"
        name = self.call.name if self.call else self.result.name if self.result else self._line.name
        summary = _summary(self.call.arguments) if self.call else self._line.summary
        self._line.show_call(name, summary, words + took, failed=state is CallState.FAILED)
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
        shown = [f"Arguments\n\n{_fenced(arguments)}"] if self.call or arguments else []
        if self.result is not None:
            shown.append(f"Result\n\n{_fenced(self._result)}" if self._result else "The result is empty.")
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


class CardLine(QAbstractButton):
    """The line that is always there: icon, name, arguments in short, state. A click, Space or Enter opens the card."""

    def __init__(self, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toolCardToggle")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._style = style
        self._bold = QFont(style.font)
        self._bold.setPixelSize(max(style.font.pixelSize() - 1, 9))
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._small = QFont(style.font)
        self._small.setPixelSize(max(style.font.pixelSize() - 2, 9))
        self._state = ""
        self._failed = self._open = False
        self.name = self.summary = ""
        self.wanted_height = QFontMetrics(self._bold).height() + 21

    @property
    def is_full(self) -> bool:
        """Whether more arguments would not be seen."""
        return len(self.summary) > LONGEST_SUMMARY

    @property
    def state(self) -> str:
        return self._state

    def show_call(self, name: str, summary: str, state: str, *, failed: bool = False) -> None:
        self.name, self.summary = name, " ".join(summary[: LONGEST_SUMMARY + 1].split("\n"))
        self._state, self._failed = state, failed
        self._tell()

    def show_open(self, is_open: bool) -> None:
        self._open = is_open
        self._tell()

    def _tell(self) -> None:
        shown = "shown" if self._open else "folded"
        self.setAccessibleName(f"Tool {self.name or 'call'}, {self._state}, {shown}")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._style.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        image = pixmap("wrench", theme.text, GRID, self.devicePixelRatioF())
        painter.drawPixmap(PADDING, (self.height() - GRID) // 2, image)
        painter.setFont(self._small)
        painter.setPen(QColor(theme.danger if self._failed else theme.muted))
        right = painter.fontMetrics().horizontalAdvance(self._state)
        room = QRect(PADDING + GRID + 10, 0, self.width() - 2 * PADDING - GRID - 10, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._state)
        room.setRight(room.right() - right - 16)
        painter.setFont(self._bold)
        painter.setPen(QColor(theme.text))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(self.name or "Tool call", Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
        room.setLeft(room.left() + metrics.horizontalAdvance(name) + 8)
        self._paint_summary(painter, room)

    def _paint_summary(self, painter: QPainter, room: QRect) -> None:
        metrics = QFontMetrics(self._style.mono)
        shown = metrics.elidedText(self.summary, Qt.TextElideMode.ElideRight, room.width() - 12)
        if not shown:
            return
        height = metrics.height() + 4
        box = QRectF(room.left(), (self.height() - height) / 2, metrics.horizontalAdvance(shown) + 10, height)
        painter.setPen(QPen(QColor(self._style.theme.line), 1))
        painter.setBrush(QColor(self._style.theme.code))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(self._style.mono)
        painter.setPen(QColor(self._style.theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)


def _pretty(text: str) -> str:
    """JSON with its structure shown; anything else as it is."""
    if len(text) > MOST_READ:
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _summary(arguments: str) -> str:
    """The arguments in one short line: the value of a lone one, else names and values."""
    if len(arguments) > MOST_READ:
        return arguments
    try:
        values = json.loads(arguments)
    except (ValueError, RecursionError):
        return arguments
    if not isinstance(values, dict):
        return arguments
    if len(values) == 1:
        return _word(next(iter(values.values())))
    return ", ".join(f"{name}: {_word(value)}" for name, value in values.items())


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fenced(text: str) -> str:
    """As code, whatever stands in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    language = "json" if text.lstrip()[:1] in ("{", "[") else ""
    return f"{fence}{language}\n{text}\n{fence}"


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
