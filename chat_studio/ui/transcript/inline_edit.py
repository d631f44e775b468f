"""The field in which a message is edited, in the message's own place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.ui.composing.question_edit import QuestionEdit
from chat_studio.ui.transcript.deeds import RUNNING
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label

LOWEST, HIGHEST = 24, 360
"""Pixels of the text; longer text scrolls."""
_CHROME = 62
"""Pixels beside it."""


class _Field(QuestionEdit):
    """Escape is for the field before it is for the window, where it stops the answer.

    Signals:
        escaped(): Escape was pressed.
    """

    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.escaped.emit()
                return True
        return super().event(event)


class InlineEdit(QFrame):
    """Enter finishes, Shift+Enter breaks the line, Esc leaves everything as it was. What is typed is kept by the host.

    Signals:
        grew(): `wanted_height` is another one.
        finished(str): the text as it is wanted now.
        cancelled(): nothing is wanted.
    """

    grew = Signal()
    finished = Signal(str)
    cancelled = Signal()

    def __init__(self, message_id: str, host: MessageHost, verb: str, parent: QWidget) -> None:
        """`verb` says on the button what Enter does; the text to begin with is the host's."""
        super().__init__(parent)
        self.setObjectName("inlineEditFrame")
        self._message_id = message_id
        self._host = host
        self._height = 0
        self.field = _Field()
        self.field.setObjectName("inlineEdit")
        self.field.setAccessibleName("Edit the message")
        self.field.set_text(host.edits[message_id])
        self._done = Button(verb, "primary")
        self._done.setObjectName("finishEditButton")
        cancel = Button("Cancel")
        for control in (self.field, self._done, cancel):
            control.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out(cancel)
        self.field.submitted.connect(self._finish)
        self.field.escaped.connect(self.cancelled)
        self._done.clicked.connect(self._finish)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        host.changed.connect(self._look)
        self._look()

    @property
    def wanted_height(self) -> int:
        return min(max(self.field.wanted_height(), LOWEST), HIGHEST) + _CHROME

    def _lay_out(self, cancel: Button) -> None:
        cancel.setObjectName("cancelEditButton")
        cancel.clicked.connect(self.cancelled)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(Label("Esc cancels · Shift+Enter new line", "faint"))
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(8)
        column.addWidget(self.field, 1)
        column.addLayout(foot)

    def _finish(self) -> None:
        if self._done.isEnabled():
            self.finished.emit(self.field.text)

    def _on_text_changed(self) -> None:
        self._host.edits[self._message_id] = self.field.text
        self._look()

    def _look(self) -> None:
        self._done.setEnabled(bool(self.field.text.strip()) and not self._host.running)
        self._done.setToolTip(RUNNING if self._host.running else "")

    def _fit(self) -> None:
        """Told later: whoever places the field resizes it, which lays its text out again."""
        if self.wanted_height != self._height:
            self._height = self.wanted_height
            QTimer.singleShot(0, self, self.grew.emit)
