"""Why nothing was found at an address, and what can be done all the same."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from chat_studio.errors import ConfigurationError, StudioError
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.fold import Fold
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label

WORDS = "Server’s own words"
WORDS_HEIGHT = 96


class FailedCard(QWidget):
    """Message, hint, the server's words on demand, and the form as a way on.

    Signals:
        adding_wanted(): the address is right, whatever answers there now.
    """

    adding_wanted = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("failedCard")
        self._appearance = appearance
        self._message, self._hint = Label(role="strong", wrap=True), Label(role="muted", wrap=True)
        for label in (self._message, self._hint):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._fold = Fold(appearance, WORDS)
        self._fold.setText(WORDS)
        self._words = QPlainTextEdit()
        self._words.setReadOnly(True)
        self._words.setTabChangesFocus(True)
        self._words.setFixedHeight(WORDS_HEIGHT)
        self._words.setAccessibleName(WORDS)
        self._anyway = Button("Add it all the same")
        self._anyway.setObjectName("addAnywayButton")
        self._anyway.clicked.connect(self.adding_wanted)
        self._fold.toggled.connect(self._words.setVisible)
        self._lay_out()
        self.hide()

    def show_error(self, error: StudioError) -> None:
        self._message.setText(error.message)
        self._hint.setText(error.hint)
        self._hint.setVisible(bool(error.hint))
        self._words.setPlainText(error.detail)
        self._fold.setChecked(False)
        asked = not isinstance(error, ConfigurationError)  # what is no address was not asked, and cannot be stored
        self._fold.setVisible(asked and bool(error.detail))
        self._anyway.setVisible(asked)
        self._words.hide()
        self.setAccessibleName(f"{error.message} {error.hint}".strip())
        self.show()

    def clear(self) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        QPainter(self).fillRect(0, 0, 2, self.height(), QColor(self._appearance.theme.danger))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._anyway)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 2, 0, 2)
        layout.setSpacing(4)
        for part in (self._message, self._hint, self._fold, self._words):
            layout.addWidget(part)
        layout.addSpacing(6)
        layout.addLayout(buttons)
