"""Turns a session's changes into Qt signals, at most one for the running answer in a frame."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from chat_studio.chat.changes import (
    AnswerGrew,
    AnswerRouted,
    BranchChanged,
    Change,
    ConversationChanged,
    JournalFailed,
    MessageAdded,
    MessageChanged,
    QueueChanged,
    RunningChanged,
)
from chat_studio.chat.session import Session
from chat_studio.events import Event

FRAME = 0.045
"""Seconds between two paintings of a running answer, and between two readings of it. Half as often costs half as much;
at 22 frames a second text still flows, and the last word is as a rule on the screen within 50 ms."""


class SessionBridge(QObject):
    """Listens to one session for one view. Make it in the same step as the view's snapshot of `session.records`:
    then no piece of the answer is missing or shown twice.

    Signals:
        message_added(MessageRecord): a question, or an answer that begins.
        answer_routed(MessageRecord): it is known who answers, and the request is sent.
        answer_grew(str, list): the id of the running answer, and its events since the last signal.
        branch_changed(Branch): another branch is shown; all its messages.
        message_changed(MessageRecord): a message has its final form.
        running_changed(bool): a turn began or ended.
        conversation_changed(ConversationRecord): title, route or time changed.
        queue_changed(tuple[tuple[Part, ...], ...]): the questions that wait for the running answer to end.
        journal_failed(StorageError): the running answer can't be stored at the moment.
    """

    message_added = Signal(object)
    answer_routed = Signal(object)
    answer_grew = Signal(str, object)
    branch_changed = Signal(object)
    message_changed = Signal(object)
    running_changed = Signal(bool)
    conversation_changed = Signal(object)
    queue_changed = Signal(object)
    journal_failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._message_id = ""
        self._events: list[Event] = []
        self._flushed = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._flush)
        self._unsubscribe = session.subscribe(self._on_change)

    def close(self) -> None:
        """Stops listening; nothing is emitted afterwards."""
        self._unsubscribe()
        self._timer.stop()
        self._events.clear()

    def _on_change(self, change: Change) -> None:
        if isinstance(change, AnswerGrew):
            self._collect(change)
            return
        self._flush()
        if isinstance(change, MessageAdded):
            self.message_added.emit(change.record)
        elif isinstance(change, AnswerRouted):
            self.answer_routed.emit(change.record)
        elif isinstance(change, BranchChanged):
            self.branch_changed.emit(change.records)
        elif isinstance(change, MessageChanged):
            self.message_changed.emit(change.record)
        elif isinstance(change, RunningChanged):
            self.running_changed.emit(change.running)
        elif isinstance(change, ConversationChanged):
            self.conversation_changed.emit(change.conversation)
        elif isinstance(change, QueueChanged):
            self.queue_changed.emit(change.queue)
        elif isinstance(change, JournalFailed):
            self.journal_failed.emit(change.error)

    def _collect(self, change: AnswerGrew) -> None:
        if change.message_id != self._message_id:
            self._flush()
            self._message_id = change.message_id
        self._events.append(change.event)
        if not self._timer.isActive():
            # The first piece after a quiet moment is shown at once: zero lets the rest of its batch join it.
            due = self._flushed + FRAME - time.monotonic()
            self._timer.start(max(round(due * 1000), 0))

    def _flush(self) -> None:
        self._timer.stop()
        if not self._events:
            return
        events, self._events = self._events, []
        self._flushed = time.monotonic()
        self.answer_grew.emit(self._message_id, events)
