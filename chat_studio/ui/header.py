"""The bar above the conversation: where the next question goes, and the figures of the last answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connection_selector import ConnectionSelector
from chat_studio.ui.model_selector import ModelSelector
from chat_studio.ui.widgets.buttons import IconButton
from chat_studio.ui.widgets.labels import ElidedLabel
from chat_studio.ui.widgets.warning_mark import WarningMark

if TYPE_CHECKING:
    from chat_studio.parameters import ConversationSettings

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
        self.settings = IconButton(appearance, "sliders", "Conversation settings")
        self.settings.setObjectName("conversationSettingsButton")
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
        layout.addWidget(self.settings)
        layout.addWidget(self.status, 1)

    def mark_settings(self, settings: ConversationSettings) -> None:
        """Shows whether the conversation has settings of its own."""
        plain = settings.is_plain
        self.settings.set_marked(not plain)
        self.settings.setToolTip("Conversation settings" if plain else "Conversation settings: some are set")
