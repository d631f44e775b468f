"""An error where it arose: what happened, what to do next, and the server's own words on demand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.history.records import ErrorRecord, MessageRecord
from chat_studio.ui.transcript.deeds import RUNNING, Deed
from chat_studio.ui.transcript.ending import GoOnButton
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.code_pieces import as_rich_text
from chat_studio.ui.widgets.labels import Label, TextRole


class FailurePanel(QWidget):
    """Shows one error; whoever holds it gives it the height of `height_for`.

    Signals:
        retry_requested: ask the same question again.
        wanted(Deed): go on from what had come.
        grew: the height wanted changed.
    """

    retry_requested = Signal()
    wanted = Signal(object)
    grew = Signal()

    def __init__(
        self, record: MessageRecord, error: ErrorRecord, style: TextStyle, host: MessageHost, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("failurePanel")
        self._style = style
        self._host = host
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 0, 4)
        column.setSpacing(4)
        column.addWidget(_text(error.message, "reason", "failureMessage"))
        if error.hint:
            hint = _text(as_rich_text(error.hint, style.mono.families()), "control", "failureHint")
            hint.setTextFormat(Qt.TextFormat.RichText)  # labels are plain text otherwise
            column.addWidget(hint)
        self._detail = _text(error.detail, "small", "failureDetail")
        self._detail.hide()
        column.addWidget(self._detail)
        column.addLayout(self._buttons(record, host, with_words=bool(error.detail)))
        host.changed.connect(self._look)
        self._look()

    def height_for(self, width: int) -> int:
        """The height that the texts need at a width."""
        return self._column.totalHeightForWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        QPainter(self).fillRect(0, 0, 2, self.height(), QColor(self._style.theme.danger))

    def _buttons(self, record: MessageRecord, host: MessageHost, *, with_words: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        self._retry = Button("Try again")
        self._retry.setObjectName("retryButton")
        self._retry.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._retry.clicked.connect(self.retry_requested)
        row.addWidget(self._retry)
        go_on = GoOnButton(record, host, self)
        go_on.clicked.connect(lambda: self.wanted.emit(Deed.GO_ON))
        row.addWidget(go_on)
        if with_words:
            words = Button("Server’s own words", "link")
            words.setObjectName("failureDetailButton")
            words.setCheckable(True)
            words.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            words.toggled.connect(self._show_detail)
            row.addWidget(words)
        row.addStretch()
        return row

    def _look(self) -> None:
        self._retry.setEnabled(not self._host.running)
        self._retry.setToolTip(RUNNING if self._host.running else "")

    def _show_detail(self, shown: bool) -> None:
        self._detail.setVisible(shown)
        self.grew.emit()


def _text(text: str, role: TextRole, name: str) -> Label:
    label = Label(text, role, wrap=True)
    label.setObjectName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
