"""How far a piece of work has come: a bar, and a line of text below it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimerEvent, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.labels import Label

STEPS = 1000
_HEIGHT = 4
_FRAME_MS = 60
_TURN = 40
"""Frames in which a bar of unknown length goes from end to end."""
_PART = 0.25


class Bar(QProgressBar):
    """A line that fills; while nobody knows how much there is to do, a part of it wanders."""

    def __init__(self, appearance: Appearance, label: str) -> None:
        super().__init__()
        self._appearance = appearance
        self._frame = 0
        self._timer = 0
        self.setAccessibleName(label)
        self.setTextVisible(False)
        self.setFixedHeight(_HEIGHT)
        self.setRange(0, STEPS)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def set_fraction(self, fraction: float | None) -> None:
        """From 0 to 1; None where nobody knows."""
        self.setRange(0, STEPS if fraction is not None else 0)
        self.setValue(round(STEPS * (fraction or 0.0)))
        self._turn()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._turn()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._turn()

    def timerEvent(self, event: QTimerEvent) -> None:
        del event
        self._frame = (self._frame + 1) % _TURN
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(whole, 2, 2)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(self._done(whole), 2, 2)

    def _done(self, whole: QRectF) -> QRectF:
        if self.maximum():
            return QRectF(0, 0, whole.width() * self.value() / STEPS, whole.height())
        width = whole.width() * _PART
        return QRectF((whole.width() - width) * self._frame / _TURN, 0, width, whole.height())

    def _turn(self) -> None:
        """Needs a timer only while it is seen to wander."""
        wanders = self.isVisible() and not self.maximum()
        if wanders and not self._timer:
            self._timer = self.startTimer(_FRAME_MS)
        elif not wanders and self._timer:
            self.killTimer(self._timer)
            self._timer = 0


class WorkRow(QWidget):
    """Hidden while nothing is done.

    Signals:
        advanced(float): `set_fraction`, for threads.
    """

    advanced = Signal(float)

    def __init__(self, appearance: Appearance, label: str) -> None:
        super().__init__()
        self.bar = Bar(appearance, label)
        self._text = Label("", "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        layout.addWidget(self._text)
        self.advanced.connect(self.bar.set_fraction, Qt.ConnectionType.QueuedConnection)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def begin(self, text: str, *, known: bool = True) -> None:
        """`known`: how much there is to do."""
        self._text.setText(text)
        self.bar.set_fraction(0.0 if known else None)
        self.show()

    def advance(self, fraction: float, text: str) -> None:
        self.bar.set_fraction(fraction)
        self._text.setText(text)

    def end(self) -> None:
        self.hide()
