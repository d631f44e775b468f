"""Find in the conversation that is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.buttons import IconButton
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.line_edit import LineEdit

Find = Callable[[str, bool], tuple[int, int]]


class FindBar(QFrame):
    """Enter goes to the next match, Shift+Enter to the one before, Escape ends the search.

    `find(text, forward)` goes to a match and returns its number from 1 and the count; `end()` removes the marks.
    """

    def __init__(
        self, appearance: Appearance, find: Find, end: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._find = find
        self._end = end
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
            self._end()

    def step(self, *, forward: bool) -> None:
        text = self.field.text()
        if not text:
            self._count.setText("")
            self._end()
            return
        number, count = self._find(text, forward)
        self._count.setText(f"{number} of {count}" if count else "Not found")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(forward=not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        else:
            super().keyPressEvent(event)
