"""The box at the foot of the window: the question, and the button that sends it or stops the answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.question_edit import QuestionEdit
from chat_studio.ui.widgets.buttons import IconButton
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.style import restyle

WIDTH = 776
_MIN_TEXT_HEIGHT = 40


class Composer(QWidget):
    """Centres its box in whatever width it gets, and grows with the text up to a third of the window.

    Signals:
        send_requested(): Enter or the button; the text is in `text`, and stays until `clear`.
        stop_requested(): the running answer shall end.
        text_changed(): something was typed.
    """

    send_requested = Signal()
    stop_requested = Signal()
    text_changed = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._busy = False
        self._asked_while_busy = False
        self.edit = QuestionEdit()
        self._send = IconButton(appearance, "arrow-up", "Send", filled=True)
        self._send.setObjectName("sendButton")
        self._stop = IconButton(appearance, "stop", "Stop the answer", filled=True)
        self._stop.setObjectName("stopButton")
        self._stop.setToolTip("Stop the answer (Esc)")
        self._button = QStackedWidget()
        self._button.setFixedSize(IconButton.SIDE, IconButton.SIDE)
        self._button.addWidget(self._send)
        self._button.addWidget(self._stop)
        self._lay_out()
        self.setFocusProxy(self.edit)
        self._send.clicked.connect(self._request_sending)
        self._stop.clicked.connect(self.stop_requested)
        self.edit.submitted.connect(self._request_sending)
        self.edit.focus_changed.connect(self._show_focus)
        self.edit.textChanged.connect(self._on_text_changed)
        self.edit.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        appearance.changed.connect(self._fit)
        self._update_button()

    @property
    def text(self) -> str:
        return self.edit.text

    def set_text(self, text: str) -> None:
        self.edit.set_text(text)

    def set_recipient(self, name: str) -> None:
        """Who the placeholder names, such as the model."""
        self.edit.setPlaceholderText(f"Message {name}")
        self.edit.viewport().update()  # Qt paints another placeholder only when it begins to be shown

    def set_running(self, running: bool) -> None:
        """Shows Stop in the place of Send."""
        self._running = running
        self._update_button()

    def set_busy(self, busy: bool) -> None:
        """While nothing can be sent, as the program starts or a question is being stored. Enter counts afterwards."""
        self._busy = busy
        self._update_button()
        if not busy and self._asked_while_busy:
            self._asked_while_busy = False
            self._request_sending()

    def take_sent(self, question: str) -> None:
        """Removes a question that has been stored; what was typed behind it meanwhile stays."""
        self.set_text(self.text.removeprefix(question).lstrip("\n"))

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
        self._frame.setMaximumWidth(WIDTH)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(Label("Enter sends · Shift+Enter new line", "faint"))
        foot.addStretch()
        foot.addWidget(self._button)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(12, 11, 12, 10)
        inside.setSpacing(4)
        inside.addWidget(self.edit)
        inside.addLayout(foot)
        outside = QHBoxLayout(self)
        outside.setContentsMargins(16, 0, 16, 16)
        outside.addStretch()
        outside.addWidget(self._frame, 1000)
        outside.addStretch()

    def _request_sending(self) -> None:
        if self._busy:
            self._asked_while_busy = True
        elif self.text.strip() and not self._running:
            self.send_requested.emit()

    def _on_text_changed(self) -> None:
        self._update_button()
        self.text_changed.emit()

    def _update_button(self) -> None:
        self._send.setEnabled(not self._busy and not self.edit.document().isEmpty())
        self._button.setCurrentWidget(self._stop if self._running else self._send)

    def _fit(self) -> None:
        limit = max(_MIN_TEXT_HEIGHT, self.window().height() // 3)
        height = min(max(self.edit.wanted_height(), _MIN_TEXT_HEIGHT), limit)
        if height != self.edit.height() or height != self.edit.minimumHeight():
            self.edit.setFixedHeight(height)

    def _show_focus(self, focused: bool) -> None:
        self._frame.setProperty("focused", focused)
        restyle(self._frame)
