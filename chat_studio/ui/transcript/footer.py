"""The line under an answer: its figures, and on hover what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.buttons import IconButton
from chat_studio.ui.widgets.labels import Label

HEIGHT = 32


class AnswerFooter(QWidget):
    """Shows figures always, and buttons while the pointer is over the answer.

    Signals:
        copy_requested: copy the answer's Markdown.
        retry_requested: answer the question again.
    """

    copy_requested = Signal()
    retry_requested = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._figures = Label(role="faint", parent=self)
        self._figures.setObjectName("answerFigures")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._figures, 1)
        self._buttons = [
            self._button("copy", "Copy answer", appearance, self.copy_requested),
            self._button("refresh", "Answer again", appearance, self.retry_requested),
        ]
        for button in self._buttons:
            row.addWidget(button)
        self.show_actions(False)

    def show_figures(self, text: str) -> None:
        self._figures.setText(text)

    def show_actions(self, shown: bool) -> None:
        for button in self._buttons:
            button.setVisible(shown)

    def _button(self, name: str, label: str, appearance: Appearance, signal: SignalInstance) -> IconButton:
        button = IconButton(appearance, name, label, self)
        button.setObjectName(f"{name}AnswerButton")
        button.clicked.connect(signal)
        return button
