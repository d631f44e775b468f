"""Find in the conversation that is shown."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.buttons import IconButton
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.line_edit import LineEdit

NEXT_KEYS, PREVIOUS_KEYS = ("F3", "Ctrl+G"), ("Shift+F3", "Ctrl+Shift+G")
"""While the bar is open, wherever the keyboard is."""
SEARCHED = "Finds text of questions and answers, also where nothing is shown yet; not thoughts, and not attachments."
LONGEST = 200
"""Characters of a selection that are taken as what to find."""


class FindBar(QFrame):
    """Enter goes to the next match, Shift+Enter to the one before, Escape ends the search.

    Signals:
        opening(): the bar is about to be shown; `suggest` gives it something to find.
        step_requested(str, bool): go to the next match (True) or the one before, and answer by `show_place`.
        ended(): there is nothing to find any more.
    """

    opening = Signal()
    step_requested = Signal(str, bool)
    ended = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._before: QWidget | None = None
        self.field = LineEdit("Find in this conversation", "Find in this conversation")
        self.field.setObjectName("findField")
        self.field.setFixedWidth(280)
        self.field.setToolTip(SEARCHED)
        self.field.setAccessibleDescription(SEARCHED)
        self._count = Label("", "small")
        self._count.setObjectName("findCount")
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
        self.field.stepped.connect(lambda direction: self.step(forward=direction > 0))
        before.clicked.connect(lambda: self.step(forward=False))
        after.clicked.connect(lambda: self.step(forward=True))
        close.clicked.connect(self.close_bar)
        for keys in (*NEXT_KEYS, *PREVIOUS_KEYS):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(lambda forward=keys in NEXT_KEYS: self.step(forward=forward))
        self.hide()

    @property
    def count_text(self) -> str:
        return self._count.text()

    def open(self) -> None:
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self.opening.emit()
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        if self.field.text() and not self._count.text():
            self.step(forward=True)

    def suggest(self, text: str) -> None:
        """Finds something the user has selected."""
        if text:
            self.field.setText(text[:LONGEST])

    def focus_before(self) -> QWidget | None:
        """What had the keyboard before the bar took it, if that can take it back."""
        before, self._before = self._before, None
        is_there = before is not None and shiboken6.isValid(before) and before.isVisible()
        return before if is_there else None

    def close_bar(self) -> None:
        if self.isVisible():
            self.hide()
            self._count.setText("")
            self.ended.emit()

    def step(self, *, forward: bool) -> None:
        text = self.field.text()
        if not text:
            self._count.setText("")
            self.ended.emit()
        else:
            self.step_requested.emit(text, forward)

    def show_place(self, number: int, count: int, is_complete: bool) -> None:
        """Which match is shown, from 1, of how many; until all are counted, how many there are so far."""
        if not is_complete:
            self._count.setText(f"{count:,} so far…" if count else "Searching…")
        else:
            self._count.setText(f"{number:,} of {count:,}" if count else "Not found")

    def event(self, event: QEvent) -> bool:
        """Escape on one of the buttons closes the bar, too, and does not stop an answer."""
        is_override = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if is_override and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(forward=not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)
