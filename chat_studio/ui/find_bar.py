"""Find in the conversation that is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.buttons import IconButton
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.line_edit import LineEdit


class FindBar(QFrame):
    """Enter goes to the next match, Shift+Enter to the one before, Escape ends the search.

    Signals:
        step_requested(str, bool): go to the next match (True) or the one before, and answer by `show_place`.
        ended(): there is nothing to find any more.
    """

    step_requested = Signal(str, bool)
    ended = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.field = LineEdit("Find in this conversation", "Find in this conversation")
        self.field.setObjectName("findField")
        self.field.setFixedWidth(280)
        self._count = Label("", "small")
        before = IconButton(appearance, "chevron-up", "Previous match (Shift+Enter)")
        after = IconButton(appearance, "chevron-down", "Next match (Enter)")
        close = IconButton(appearance, "cross", "Close (Esc)")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 12, 6)
        layout.setSpacing(6)
        for widget in (self.field, before, after, self._count):
            layout.addWidget(widget)
        layout.addStretch()
        layout.addWidget(close)
        self.field.textChanged.connect(lambda _: self.step(forward=True))
        self.field.escaped.connect(self.close_bar)
        before.clicked.connect(lambda: self.step(forward=False))
        after.clicked.connect(lambda: self.step(forward=True))
        close.clicked.connect(self.close_bar)
        self.hide()

    @property
    def count_text(self) -> str:
        return self._count.text()

    def open(self) -> None:
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_bar(self) -> None:
        if self.isVisible():
            self.hide()
            self.ended.emit()

    def step(self, *, forward: bool) -> None:
        text = self.field.text()
        if not text:
            self._count.setText("")
            self.ended.emit()
        else:
            self.step_requested.emit(text, forward)

    def show_place(self, number: int, count: int) -> None:
        """Which match is shown, from 1, of how many."""
        self._count.setText(f"{number} of {count}" if count else "Not found")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(forward=not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        else:
            super().keyPressEvent(event)
