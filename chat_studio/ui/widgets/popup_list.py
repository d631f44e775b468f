"""The list of suggestions below a line of text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLineEdit, QListView


class PopupList(QListView):
    """While it is open, Escape closes it and nothing else: a shortcut of the window would come before it."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__()
        self.setObjectName("popupList")
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.installEventFilter(self)
        line.installEventFilter(self)  # which of them hears of the key first depends on the platform

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        asked = event.type() == QEvent.Type.ShortcutOverride and self.isVisible()
        if asked and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().eventFilter(watched, event)
