"""What is said about an answer: that it is waited for, what was done for it, how it ended, what went wrong."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from chat_studio.history.records import MessageRecord
from chat_studio.ui.transcript.ending import EndingRow, ending_words
from chat_studio.ui.transcript.failure import FailurePanel
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.widgets.labels import Label, TextRole

WAITING = "Waiting for the first token…"


class AnswerRemarks(QObject):
    """Makes each remark when there is something to say, as a child of the answer.

    Signals:
        grew(): there is one more, one less, or another height is wanted.
        wanted(Deed): a way on was chosen.
        retry_requested(): ask again.
    """

    grew = Signal()
    wanted = Signal(object)
    retry_requested = Signal()

    def __init__(self, style: TextStyle, host: MessageHost, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._style = style
        self._host = host
        self._status: Label | None = None
        self._notes: Label | None = None
        self._ending: EndingRow | None = None
        self._failure: FailurePanel | None = None

    @property
    def notes(self) -> list[str]:
        return self._notes.text().splitlines() if self._notes is not None else []

    def wait(self) -> None:
        """Says that nothing has come yet, unless something better is said already."""
        if self._status is None:
            self.show_status(WAITING)

    def show_status(self, text: str) -> None:
        """What only matters until the answer comes; "" when it does."""
        if text:
            self._status = self._status or self._label("answerStatus", "muted")
            self._status.setText(text)
            self.grew.emit()
        elif self._status is not None:
            self._status.hide()
            self._status.deleteLater()
            self._status = None
            self.grew.emit()

    def add_note(self, text: str) -> None:
        """What was done for the answer stands below it, for good."""
        self._notes = self._notes or self._label("answerNotes", "faint")
        before = self._notes.text()
        self._notes.setText(f"{before}\n{text}" if before else text)
        self.grew.emit()

    def show_end(self, record: MessageRecord, *, is_empty: bool) -> None:
        """How the answer ended."""
        self.show_status("")
        words = ending_words(record, is_empty=is_empty)
        if words and self._ending is None:
            self._ending = EndingRow(record, words, self._host, self._parent)
            self._ending.wanted.connect(self.wanted)
            self._ending.show()
        if record.error is not None and self._failure is None:
            self._failure = FailurePanel(record, record.error, self._style, self._host, self._parent)
            self._failure.retry_requested.connect(self.retry_requested)
            self._failure.wanted.connect(self.wanted)
            self._failure.grew.connect(self.grew)
            self._failure.show()

    def places(self, width: int) -> Iterator[tuple[QWidget, int]]:
        """All remarks in their order, with the heights that they want at a width."""
        for label in filter(None, (self._status, self._notes)):
            yield label, label.heightForWidth(width)
        if self._ending is not None:
            yield self._ending, self._ending.wanted_height
        if self._failure is not None:
            yield self._failure, self._failure.height_for(width)

    def show(self, shown: bool) -> None:
        """Hides everything while the answer is edited."""
        for remark in filter(None, (self._status, self._notes, self._ending, self._failure)):
            remark.setVisible(shown)

    def _label(self, name: str, role: TextRole) -> Label:
        label = Label("", role, self._parent, wrap=True)
        label.setObjectName(name)
        label.show()
        return label
