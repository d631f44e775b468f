"""The bar above the conversation: where the next question goes, and the figures of the last answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connection_selector import ConnectionSelector
from chat_studio.ui.model_selector import ModelSelector
from chat_studio.ui.widgets.labels import ElidedLabel
from chat_studio.ui.widgets.warning_mark import WarningMark

HEIGHT = 47


class Header(QWidget):
    """Lays out the two selectors, the mark of an unsafe connection, and the status line."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.connections = ConnectionSelector(appearance)
        self.models = ModelSelector(appearance)
        self.mark = WarningMark(appearance)
        self.mark.setObjectName("connectionWarning")
        self.connections.warning_changed.connect(self.mark.tell)
        self.status = ElidedLabel("", "small")
        self.status.setObjectName("statusLine")
        self.status.setAccessibleName("Figures of the last answer")
        self.status.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedHeight(HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self.connections)
        layout.addWidget(self.mark)
        layout.addWidget(self.models)
        layout.addWidget(self.status, 1)
