"""How an answer ended, where it did not end by itself or ended without a word, and the way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import FinishReason, Role
from chat_studio.ui.transcript.deeds import Deed, offer
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label

HEIGHT = 28
_STATES = {
    MessageState.STOPPED: ("Stopped before the first word.", "Stopped."),
    MessageState.INTERRUPTED: (
        "The program ended before the first word came.",
        "Interrupted: the program ended while this was coming.",
    ),
}
_REASONS = {
    FinishReason.LENGTH: ("The token limit was reached before the first word.", "Cut off at the token limit."),
    FinishReason.CONTENT_FILTER: ("The content filter let nothing through.", "Ended by the content filter."),
}


def ending_words(record: MessageRecord, *, is_empty: bool) -> str:
    """What is to be said of an answer's end; "" for one that just ended, and for errors, which have their own words."""
    if record.message.role is not Role.ASSISTANT or record.state in (MessageState.STREAMING, MessageState.FAILED):
        return ""
    empty, cut = _STATES.get(record.state) or _REASONS.get(record.finish_reason or FinishReason.STOP) or ("", "")
    return (empty or "The model ended without a word.") if is_empty else cut


class EndingRow(QWidget):
    """The words, and “Continue” where there is something to go on from.

    Signals:
        wanted(Deed): the way that was chosen.
    """

    wanted = Signal(object)

    def __init__(self, record: MessageRecord, words: str, host: MessageHost, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("answerEnding")
        self._button = GoOnButton(record, host, self)
        self._button.clicked.connect(lambda: self.wanted.emit(Deed.GO_ON))
        label = Label(words, "muted")
        label.setObjectName("endingWords")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self._button)
        row.addStretch()

    @property
    def wanted_height(self) -> int:
        return max(self.sizeHint().height(), HEIGHT)


class GoOnButton(Button):
    """“Continue”: hidden where there is nothing to go on from, at rest while an answer runs."""

    def __init__(self, record: MessageRecord, host: MessageHost, parent: QWidget) -> None:
        super().__init__("Continue", "link", parent)
        self.setObjectName("continueButton")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._record = record
        self._host = host
        self.setVisible(offer(Deed.GO_ON, record, host) is not None)
        host.changed.connect(self._look)
        self._look()

    def _look(self) -> None:
        offered = offer(Deed.GO_ON, self._record, self._host)
        self.setEnabled(offered is not None and not offered.reason)
        self.setToolTip(offered.reason if offered is not None else "")
