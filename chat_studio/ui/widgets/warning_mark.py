"""The triangle that says that something here is unsafe."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import GRID, pixmap


class WarningMark(QLabel):
    """Shown while there is something to warn of: it says what when it is pointed at or read aloud."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setFixedSize(GRID, GRID)
        appearance.changed.connect(self._paint)
        self._paint()
        self.hide()

    def tell(self, warning: str) -> None:
        """`warning` "" takes it away."""
        sentence = f"{warning[:1].upper()}{warning[1:]}"
        self.setAccessibleName(sentence)
        self.setToolTip(sentence)
        self.setVisible(bool(warning))

    def _paint(self) -> None:
        self.setPixmap(pixmap("warning", self._appearance.theme.warn, GRID, self.devicePixelRatioF()))
