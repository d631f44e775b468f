"""The bar above the conversation: where the next question goes, and the figures of the last answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connection_selector import ConnectionSelector
from chat_studio.ui.model_selector import ModelSelector
from chat_studio.ui.widgets.labels import ElidedLabel

HEIGHT = 47


class Header(QWidget):
    """Lays out the two selectors and the status line."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.connections = ConnectionSelector(appearance)
        self.models = ModelSelector(appearance)
        self.status = ElidedLabel("", "small")
        self.status.setObjectName("statusLine")
        self.status.setAccessibleName("Figures of the last answer")
        self.status.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedHeight(HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self.connections)
        layout.addWidget(self.models)
        layout.addWidget(self.status, 1)
