"""A number of pixels, with a button for less and one for more."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from chat_studio.ui.widgets.buttons import Button

_BESIDE = 32


class Pixels(QSpinBox):
    """What is typed holds when it is whole. The wheel scrolls the page, not the number."""

    def __init__(self, label: str, values: range) -> None:
        super().__init__()
        self.setAccessibleName(label)
        self.setRange(values.start, values.stop - 1)
        self.setSingleStep(values.step)
        self.setKeyboardTracking(False)
        self.setSuffix(" px")
        self.lineEdit().setTextMargins(8, 0, 0, 0)

    def sizeHint(self) -> QSize:
        """As wide as others of four digits."""
        width = self.fontMetrics().horizontalAdvance("0000 px") + _BESIDE
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SizeRow(QWidget):
    """A size, and two buttons.

    Signals:
        chosen(int): pixels.
    """

    chosen = Signal(int)

    def __init__(self, label: str, values: range, value: int, less: str, more: str) -> None:
        super().__init__()
        self.field = Pixels(label, values)
        self.field.setValue(value)
        self.setFocusProxy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.field)
        for name, step in ((less, self.field.stepDown), (more, self.field.stepUp)):
            button = Button(name)
            button.setAccessibleDescription(label)
            button.clicked.connect(step)
            row.addWidget(button)
        row.addStretch()
        self.field.valueChanged.connect(self.chosen)
