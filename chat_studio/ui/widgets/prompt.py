"""A dialog that asks for one line of text."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.line_edit import LineEdit


class Prompt(QDialog):
    """A question, a field, and the button that does it. `text` is what was written, without spaces around it."""

    def __init__(
        self, question: str, button: str, parent: QWidget, *, text: str = "", hint: str = "", optional: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName("prompt")
        self.setWindowTitle(question)
        self._optional = optional
        self.field = LineEdit(question, hint)
        self.field.setObjectName("promptField")
        self.field.setText(text)
        self.field.selectAll()
        self._do = Button(button, "primary")
        self._do.setObjectName("promptButton")
        cancel = Button("Cancel")
        cancel.clicked.connect(self.reject)
        self._do.clicked.connect(self.accept)
        self.field.returnPressed.connect(self._do.click)
        self.field.textChanged.connect(self._judge)
        self._judge()
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self._do)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(14)
        layout.addWidget(Label(question, "heading"))
        layout.addWidget(self.field)
        layout.addLayout(foot)
        self.setMinimumWidth(400)
        self.field.setFocus()

    @property
    def text(self) -> str:
        return self.field.text().strip()

    def _judge(self) -> None:
        self._do.setEnabled(self._optional or bool(self.text))
