"""A control with the line of text below it: what it is for, or why its content is not accepted."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chat_studio.ui.widgets.labels import Label, TextRole
from chat_studio.ui.widgets.style import restyle


class Field(QWidget):
    """Stands around an editor. The hint below it gives way to the reason as long as there is one."""

    def __init__(self, editor: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._hint = hint
        self._hint_role: TextRole = "small"
        self._reason = ""
        self._below = Label(wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(editor)
        layout.addWidget(self._below)
        self.setFocusProxy(editor)
        self._show_text()

    @property
    def reason(self) -> str:
        """Why the content is not accepted; "" if it is."""
        return self._reason

    def set_reason(self, reason: str) -> None:
        if reason == self._reason:
            return
        self._reason = reason
        self.editor.setProperty("invalid", bool(reason))
        restyle(self.editor)
        self._show_text()

    def set_hint(self, hint: str, role: TextRole = "small") -> None:
        """`role` “warning” is for what is unwise, though it is accepted."""
        self._hint = hint
        self._hint_role = role
        self._show_text()

    def _show_text(self) -> None:
        role: TextRole = "reason" if self._reason else self._hint_role
        if self._below.property("role") != role:
            self._below.setProperty("role", role)
            restyle(self._below)
        text = self._reason or self._hint
        self._below.setText(text)
        self._below.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)
