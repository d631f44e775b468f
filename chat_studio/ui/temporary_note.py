"""What is to be known of a temporary conversation."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from chat_studio.ui.widgets.labels import Label


class TemporaryNote(Label):
    """One quiet line above the conversation; hidden above one that is stored."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Temporary: nothing of this conversation is stored.", "small", parent)
        self.setObjectName("temporaryNote")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(16, 7, 16, 7)
        self.hide()
