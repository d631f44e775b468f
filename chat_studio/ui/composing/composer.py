"""The box at the foot of the window: the question, and the button that sends it or stops the answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.attached import AttachmentList, Written
from chat_studio.ui.composing.question_edit import QuestionEdit
from chat_studio.ui.widgets.buttons import IconButton
from chat_studio.ui.widgets.labels import ElidedLabel
from chat_studio.ui.widgets.style import restyle

WIDTH = 776
_MIN_TEXT_HEIGHT = 40
_HINT = "Enter sends · Shift+Enter new line"
_HINT_RUNNING = "Enter sends when the answer has ended · Shift+Enter new line"


class Composer(QWidget):
    """Centres its box in whatever width it gets, and grows with the text up to a third of the window.

    What it shows beside text and buttons (`above`, `inside` and `foot` are where) comes after the first painting.

    Signals:
        send_requested(): Enter or the button; `written` is what to send, and stays until `take_sent`.
        stop_requested(): the running answer shall end.
        attach_requested(): files shall be chosen.
        recalled(): Up was pressed in the empty field: the last question shall be edited.
        text_changed(): something was typed.
        running_changed(bool): an answer comes, or ended.
    """

    send_requested = Signal()
    stop_requested = Signal()
    attach_requested = Signal()
    recalled = Signal()
    text_changed = Signal()
    running_changed = Signal(bool)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._busy: frozenset[str] = frozenset()
        self._asked_while_busy = False
        self.edit = QuestionEdit()
        self.attachments = AttachmentList(self)
        self._attach = IconButton(appearance, "paperclip", "Attach images or text files")
        self._attach.setObjectName("attachButton")
        self._send = IconButton(appearance, "arrow-up", "Send", filled=True)
        self._send.setObjectName("sendButton")
        self._stop = IconButton(appearance, "stop", "Stop the answer", filled=True)
        self._stop.setObjectName("stopButton")
        self._stop.setToolTip("Stop the answer (Esc)")
        self._hint = ElidedLabel(_HINT, "faint")
        self._lay_out()
        self.setFocusProxy(self.edit)
        self._attach.clicked.connect(self.attach_requested)
        self._send.clicked.connect(self._request_sending)
        self._stop.clicked.connect(self.stop_requested)
        self.edit.submitted.connect(self._request_sending)
        self.edit.recalled.connect(self.recalled)
        self.edit.focus_changed.connect(self._show_focus)
        self.edit.textChanged.connect(self._update_buttons)
        self.edit.textChanged.connect(self.text_changed)
        self.edit.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self.attachments.changed.connect(self._update_buttons)
        appearance.changed.connect(self._fit)
        self._update_buttons()

    @property
    def text(self) -> str:
        return self.edit.text

    @property
    def written(self) -> Written:
        """What would be sent."""
        return Written(self.text, tuple(self.attachments.items))

    def set_written(self, written: Written) -> None:
        """Shows another question instead of this one. Undo goes back no further than this."""
        if written.text or self.text:
            self.set_text(written.text)
        self.attachments.set_items(written.items)

    def set_text(self, text: str) -> None:
        self.edit.set_text(text)

    def set_recipient(self, name: str) -> None:
        """Who the placeholder names, such as the model."""
        self.edit.setPlaceholderText(f"Message {name}")
        self.edit.viewport().update()  # Qt paints another placeholder only when it begins to be shown

    def set_running(self, running: bool) -> None:
        """While an answer comes, Stop stands beside Send, which then puts the question into the queue."""
        self._running = running
        label = "Send when the answer has ended" if running else "Send"
        self._send.setAccessibleName(label)
        self._send.setToolTip(label)
        self._hint.setText(_HINT_RUNNING if running else _HINT)
        self._update_buttons()
        self.running_changed.emit(running)

    def set_busy(self, busy: bool, why: str = "sending") -> None:
        """While something is in the way of sending, such as files that are read. Enter counts afterwards."""
        self._busy = self._busy | {why} if busy else self._busy - {why}
        self._update_buttons()
        if not self._busy and self._asked_while_busy:
            self._asked_while_busy = False
            self._request_sending()

    def take_sent(self, sent: Written) -> None:
        """Removes what has been stored as a question; what was typed or attached meanwhile stays."""
        self.set_written(self.written.without(sent))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().installEventFilter(self)  # a third of the window is another height when it is resized
        self._fit()

    def _lay_out(self) -> None:
        self._frame = QFrame()
        self._frame.setObjectName("composerFrame")
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.foot.setSpacing(8)
        self.foot.addWidget(self._attach)
        self.foot.addWidget(self._hint, 1)
        self.foot.addWidget(self._stop)
        self.foot.addWidget(self._send)
        self.inside = QVBoxLayout(self._frame)
        self.inside.setContentsMargins(12, 11, 12, 10)
        self.inside.setSpacing(4)
        self.inside.addWidget(self.edit)
        self.inside.addLayout(self.foot)
        self.column = QWidget()
        self.column.setMaximumWidth(WIDTH)
        self.above = QVBoxLayout(self.column)
        self.above.setContentsMargins(0, 0, 0, 0)
        self.above.setSpacing(8)
        self.above.addWidget(self._frame)
        outside = QHBoxLayout(self)
        outside.setContentsMargins(16, 0, 16, 16)
        outside.addStretch()
        outside.addWidget(self.column, 1000)
        outside.addStretch()

    def _request_sending(self) -> None:
        if self._busy:
            self._asked_while_busy = True
        elif self._has_content and (self.attachments.items or self.text.strip()):
            self.send_requested.emit()

    @property
    def _has_content(self) -> bool:
        return bool(self.attachments.items) or not self.edit.document().isEmpty()

    def _update_buttons(self) -> None:
        self._send.setEnabled(not self._busy and self._has_content)
        self._send.setVisible(not self._running or self._has_content)
        self._stop.setVisible(self._running)

    def _fit(self) -> None:
        limit = max(_MIN_TEXT_HEIGHT, self.window().height() // 3)
        height = min(max(self.edit.wanted_height(), _MIN_TEXT_HEIGHT), limit)
        if height != self.edit.height() or height != self.edit.minimumHeight():
            self.edit.setFixedHeight(height)

    def _show_focus(self, focused: bool) -> None:
        self._frame.setProperty("focused", focused)
        restyle(self._frame)
