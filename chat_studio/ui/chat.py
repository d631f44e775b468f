"""The conversation that is shown: opens it, asks in it, shows what comes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from chat_studio.chat.session import Session
from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StudioError
from chat_studio.events import Event
from chat_studio.history.records import ConversationRecord, MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.aio import spawn
from chat_studio.ui.bridge import SessionBridge
from chat_studio.ui.drafts import Drafts
from chat_studio.ui.notices import Action
from chat_studio.ui.routes import Route, Routes
from chat_studio.ui.status_line import StatusLine
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow

_WEB = ("http", "https", "mailto")


class Chat(QObject):
    """Holds one session at a time. The others go on without it; when one of them is shown again, it is as it is then.

    Signals:
        shown(str): another conversation is shown; its id, "" for one that has not begun.
    """

    shown = Signal(str)

    def __init__(self, window: MainWindow, transcript: Transcript, sessions: Sessions, routes: Routes) -> None:
        super().__init__(window)
        self._window = window
        self._composer = window.composer
        self._transcript = transcript
        self._status = StatusLine(window.header.status)
        self._sessions = sessions
        self._routes = routes
        self._drafts = Drafts(window.composer)
        self._session: Session | None = None
        self._bridge: SessionBridge | None = None
        self._answer: MessageRecord | None = None
        self._wanted = ""
        self._chosen_routes: dict[str, Route] = {}
        self._composer.send_requested.connect(lambda: spawn(self._send(self._composer.text), self, "send"))
        self._composer.stop_requested.connect(self.stop)
        self._transcript.retry_requested.connect(lambda answer: spawn(self._retry(answer), self, "retry"))
        self._transcript.link_activated.connect(self._follow)
        window.find_bar.step_requested.connect(self._find)
        window.find_bar.ended.connect(self._end_find)
        routes.route_changed.connect(self._name_recipient)
        routes.chosen.connect(self._note_route)

    @property
    def session(self) -> Session | None:
        """The session that is shown; None before the first question of a new conversation."""
        return self._session

    @property
    def conversation(self) -> ConversationRecord | None:
        """The conversation that is shown; None before its first question."""
        return self._session.conversation if self._session is not None else None

    def start_new(self) -> None:
        """Shows an empty conversation, which is stored with its first question."""
        self.leave()
        self._composer.setFocus()

    def leave(self) -> None:
        """The same, and the keyboard stays where it is."""
        self._wanted = ""
        self._show(None)

    async def open(self, conversation_id: str, message_id: str = "") -> None:
        """Shows a conversation, at a message or at its end. Raises StorageError.

        When the user has gone elsewhere before it is read, nothing is shown.
        """
        self._wanted = conversation_id
        session = await self._sessions.open(conversation_id)
        if self._wanted != conversation_id:
            return
        if session is not self._session:
            self._show(session)
            stored = Route(session.conversation.connection_id, session.conversation.model)
            self._routes.go_to(self._chosen_routes.get(conversation_id, stored))
        if message_id:
            self._transcript.jump_to(message_id)

    def stop(self) -> None:
        if self._session is not None:
            self._session.stop()

    # -- asking ------------------------------------------------------------------------------------------

    async def _send(self, question: str) -> None:
        route = self._routes.route
        if not route.connection_id:
            self._ask_for_connection()
            return
        self._composer.set_busy(True)
        try:
            session = self._session
            if session is None:
                session = await self._sessions.new(route.connection_id, route.model)
                self._adopt(session)
            await session.send(question, connection_id=route.connection_id, model=route.model)
        except StudioError as error:
            self._window.notices.tell_error(error)
        else:
            self._drafts.sent(session.conversation.id, question)
        finally:
            self._composer.set_busy(False)

    async def _retry(self, answer_id: str) -> None:
        route = self._routes.route
        if self._session is None or self._session.running:
            return
        try:
            await self._session.regenerate(answer_id, connection_id=route.connection_id, model=route.model)
        except StudioError as error:
            self._window.notices.tell_error(error)

    def _ask_for_connection(self) -> None:
        self._window.notices.tell(
            "No connection is chosen.", "warning", action=Action("Choose…", self._window.header.connections.showPopup)
        )

    # -- showing -----------------------------------------------------------------------------------------

    def _show(self, session: Session | None) -> None:
        """The snapshot and the subscription in one step, so that nothing of a running answer is lost or doubled."""
        if self._bridge is not None:
            self._bridge.close()
            self._bridge.deleteLater()
            self._bridge = None
        self._session = session
        records = session.records if session is not None else ()
        if session is not None:
            self._bridge = self._listen(session)
        self._show_records(records)
        self._composer.set_running(session is not None and session.running)
        self._window.set_conversation_title(session.conversation.title if session is not None else "")
        conversation_id = session.conversation.id if session is not None else ""
        self._drafts.switch(conversation_id)
        self.shown.emit(conversation_id)

    def _adopt(self, session: Session) -> None:
        """The empty conversation that is shown gets its session; what is typed stays."""
        self._drafts.rename(session.conversation.id)
        self._wanted = session.conversation.id
        self._show(session)

    def _listen(self, session: Session) -> SessionBridge:
        bridge = SessionBridge(session, self)
        bridge.message_added.connect(self.show_message)
        bridge.answer_routed.connect(self._name_speaker)
        bridge.answer_grew.connect(self.show_growth)
        bridge.message_changed.connect(self._on_changed)
        bridge.branch_changed.connect(self._show_records)
        bridge.running_changed.connect(self._composer.set_running)
        bridge.conversation_changed.connect(lambda record: self._window.set_conversation_title(record.title))
        bridge.journal_failed.connect(self._window.notices.tell_error)
        return bridge

    def _show_records(self, records: Sequence[MessageRecord]) -> None:
        self._transcript.show_records(records)
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

    def _name_speaker(self, record: MessageRecord) -> None:
        """The times of the answer count from here, where its request is sent."""
        self._transcript.change_record(record)
        self._answer = record
        self._status.begin(record)

    def show_growth(self, message_id: str, events: Sequence[Event]) -> None:
        """What the running answer gained."""
        self._transcript.grow(message_id, events)
        if self._answer is not None:
            self._status.grow(self._answer, events)

    def _on_changed(self, record: MessageRecord) -> None:
        self._transcript.change_record(record)
        if record.message.role is Role.ASSISTANT:
            self._status.show_records([record])
        if record.state in (MessageState.DONE, MessageState.FAILED):
            self._routes.note_answer(record.connection_id, good=record.state is MessageState.DONE)

    def _find(self, text: str, forward: bool) -> None:
        self._window.find_bar.show_place(*self._transcript.find_text(text, forward=forward))

    def _end_find(self) -> None:
        self._transcript.clear_find()
        if not self._window.find_bar.isVisible():
            self._composer.setFocus()

    def _note_route(self) -> None:
        """The session's record tells of the route when it was opened."""
        if self._session is not None:
            self._chosen_routes[self._session.conversation.id] = self._routes.route

    def _name_recipient(self) -> None:
        connection = self._routes.connection
        model = self._routes.route.model.rpartition("/")[2]
        name = model or (connection.name if connection else "a model")
        self._composer.set_recipient("the demo" if name == "demo" else name)

    def _follow(self, address: str) -> None:
        url = QUrl(address)
        if url.scheme() in _WEB:
            QDesktopServices.openUrl(url)
        else:
            self._window.notices.tell(f"This link is not opened: {address}", hint="Only web and mail addresses are.")
