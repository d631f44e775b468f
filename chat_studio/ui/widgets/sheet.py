"""A dialog with a heading, a body that scrolls where there is little room, and buttons below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.work_row import WorkRow

LEAST = QSize(280, 120)
"""Of the body; the buttons may need more."""
_FRAME = QSize(16, 64)
"""What a desktop puts around a window, at most."""
_USUAL_TEXT = 13
"""Pixels of the text for which sizes are given; larger text gets a larger dialog."""
_GUTTER = 12
"""Between the body and its scroll bar."""


class Sheet(QDialog):
    """`body` takes what it is about; `foot` the buttons, the one that does it last."""

    def __init__(self, title: str, parent: QWidget | None, size: QSize) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        content = QWidget()
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(0, 0, _GUTTER, 0)
        self.body.setSpacing(16)
        self._area = _Area(content)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self._below = QVBoxLayout()
        self._below.setContentsMargins(0, 0, _GUTTER, 0)
        self._below.setSpacing(16)
        self._below.addLayout(self.foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24 - _GUTTER, 20)
        layout.setSpacing(16)
        layout.addWidget(Label(title, "heading"))
        layout.addWidget(self._area, 1)
        layout.addLayout(self._below)
        wanted = size * max(1.0, self.fontInfo().pixelSize() / _USUAL_TEXT)
        self.resize(wanted.boundedTo(self.screen().availableSize() - _FRAME))

    def add_work(self, row: WorkRow) -> None:
        """Between body and buttons, where it is seen however the body is scrolled."""
        self._below.insertWidget(0, row)

    def add_buttons(self, *buttons: Button) -> None:
        """At the right end of the foot; what was added to it before stands at the left."""
        self.foot.addStretch()
        for button in buttons:
            self.foot.addWidget(button)

    def show_control(self, control: QWidget) -> None:
        """Scrolls to it."""
        self._area.ensureWidgetVisible(control)


class _Area(QScrollArea):
    """Scrolls up and down only: it is never narrower than what is in it."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content
        self.setWidget(content)

    def minimumSizeHint(self) -> QSize:
        return LEAST.expandedTo(QSize(self._content.minimumSizeHint().width(), 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
