"""The button that brings a transcript back to its end."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import icon

SIZE = 32
ABOVE_EDGE = 12


class LatestButton(QToolButton):
    """Floats above the lower edge of its parent while it is offered."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("latestButton")
        self.setAccessibleName("Jump to the latest message")
        self.setToolTip("Jump to the latest message")
        self.resize(SIZE, SIZE)
        self.hide()
        self._appearance = appearance
        self._over = parent
        self._tint()
        appearance.changed.connect(self._tint)

    def offer(self, wanted: bool) -> None:
        self.move((self._over.width() - SIZE) // 2, self._over.height() - SIZE - ABOVE_EDGE)
        self.setVisible(wanted)

    def _tint(self) -> None:
        self.setIcon(icon("chevron-down", self._appearance.theme.text))
