"""What happens in the conversation that is shown, brought to the widgets that show it."""

from __future__ import annotations

from collections.abc import Sequence

from chat_studio.events import Event
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.routes import Routes
from chat_studio.ui.status_line import StatusLine
from chat_studio.ui.transcript.reading_place import ReadingPlace
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow


class ConversationView:
    """The transcript, the status line, and the page of the window they stand on."""

    def __init__(self, window: MainWindow, transcript: Transcript, routes: Routes) -> None:
        self._window = window
        self._transcript = transcript
        self._routes = routes
        self._status = StatusLine(window.header.status)
        self._answer: MessageRecord | None = None

    def show_records(
        self, records: Sequence[MessageRecord], place: ReadingPlace | None = None, *, is_turn: bool = False
    ) -> None:
        """All messages of a branch; `place` and `is_turn` as of `Transcript.show_records`."""
        self._transcript.show_records(records, place, is_turn=is_turn)
        self._window.show_conversation(empty=not records)
        self._status.show_records(records)
        self._answer = records[-1] if records and records[-1].state is MessageState.STREAMING else None

    def show_message(self, record: MessageRecord) -> None:
        """A message at the end."""
        self._window.show_conversation(empty=False)
        self._transcript.add_record(record)
        if record.message.role is Role.ASSISTANT:
            self._answer = record
            self._status.begin(record)

    def name_speaker(self, record: MessageRecord) -> None:
        """The times of the answer count from here, where its request is sent."""
        self._transcript.change_record(record)
        self._answer = record
        self._status.begin(record)

    def show_growth(self, message_id: str, events: Sequence[Event]) -> None:
        """What the running answer gained."""
        self._transcript.grow(message_id, events)
        if self._answer is not None:
            self._status.grow(self._answer, events)

    def show_change(self, record: MessageRecord) -> None:
        """A message has its final form."""
        self._transcript.change_record(record)
        if record.message.role is Role.ASSISTANT:
            self._status.show_records([record])
        if record.state in (MessageState.DONE, MessageState.FAILED):
            self._routes.note_answer(record.connection_id, good=record.state is MessageState.DONE)
