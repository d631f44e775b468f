"""The conversation that is shown: which one it is, and what the window knows of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from chat_studio.chat.session import Session
from chat_studio.chat.sessions import Sessions
from chat_studio.history.records import ConversationRecord
from chat_studio.parameters import NOTHING_SET, ConversationSettings
from chat_studio.ui.aio import spawn
from chat_studio.ui.asking import Asking
from chat_studio.ui.bridge import SessionBridge
from chat_studio.ui.composing.drafts import Drafts
from chat_studio.ui.conversation_view import ConversationView
from chat_studio.ui.finding import Finding
from chat_studio.ui.links import follow
from chat_studio.ui.places import Places
from chat_studio.ui.quoting import Quoting
from chat_studio.ui.routes import Route, Routes
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow


class Chat(QObject):
    """Holds one session at a time. The others go on without it; when one of them is shown again, it is as it is then.

    Signals:
        shown(str): another conversation is shown; its id, "" for one that has not begun.
        settings_changed(ConversationSettings): those of the conversation that is shown.
        queue_changed(tuple[tuple[Part, ...], ...]): the questions that wait in the conversation that is shown.
        stirred(): another session is shown, another branch of it, or a turn of it began or ended.
        conversation_added(ConversationRecord): one was stored that no session tells of.
    """

    shown = Signal(str)
    queue_changed = Signal(object)
    settings_changed = Signal(object)
    stirred = Signal()
    conversation_added = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        transcript: Transcript,
        sessions: Sessions,
        routes: Routes,
        drafts: Drafts,
        places: Places,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._transcript = transcript
        self._sessions = sessions
        self._routes = routes
        self._session: Session | None = None
        self._bridge: SessionBridge | None = None
        self._wanted = ""
        self._settings_to_come = NOTHING_SET
        self._temporary_to_come = False
        self._places = places
        self.view = ConversationView(window, transcript, routes)
        self.asking = Asking(window, self, routes, drafts)
        self._finding = Finding(window, transcript)
        self._quoting = Quoting(transcript, window.composer)
        window.composer.stop_requested.connect(self.stop)
        transcript.link_activated.connect(lambda address: follow(address, window.notices))
        routes.chosen.connect(self._keep_route)

    @property
    def session(self) -> Session | None:
        """The session that is shown; None before the first question of a new conversation."""
        return self._session

    @property
    def conversation(self) -> ConversationRecord | None:
        """The conversation that is shown; None before its first question."""
        return self._session.conversation if self._session is not None else None

    @property
    def settings(self) -> ConversationSettings:
        """Those of the conversation that is shown, or of the one that will begin."""
        return self._session.conversation.settings if self._session is not None else self._settings_to_come

    async def set_settings(self, settings: ConversationSettings) -> None:
        """Sets them for the next questions. Raises StorageError."""
        if self._session is not None:
            await self._session.set_settings(settings)
        else:
            self._settings_to_come = settings
            self.settings_changed.emit(settings)

    def start_new(self) -> None:
        """Shows an empty conversation, which is stored with its first question."""
        self.leave()
        self._window.composer.setFocus()

    def start_temporary(self) -> None:
        """Shows an empty conversation of which nothing will ever be stored."""
        self._begin(temporary=True)
        self._window.composer.setFocus()

    def leave(self) -> None:
        """The same, and the keyboard stays where it is."""
        self._begin(temporary=False)

    def _begin(self, *, temporary: bool) -> None:
        self._wanted = ""
        self._settings_to_come = NOTHING_SET
        self._temporary_to_come = temporary
        self._show(None)

    async def open(self, conversation_id: str, message_id: str = "") -> None:
        """Shows a conversation, at a message or where its reader was. Raises StorageError.

        When the user has gone elsewhere before it is read, nothing is shown.
        """
        self._wanted = conversation_id
        session = await self._sessions.open(conversation_id)
        if self._wanted != conversation_id:
            return
        if session is not self._session:
            self._show(session)
            self._routes.go_to(Route(session.conversation.connection_id, session.conversation.model))
        if message_id:
            if session.has(message_id) and session.records.index_of(message_id) is None and not session.running:
                await session.show_version(message_id)  # it was found in a branch that is not shown
            self._transcript.jump_to(message_id)

    async def session_to_ask(self, route: Route) -> Session:
        """The session that is shown, or a new one, which is shown from now on; what is typed stays."""
        if self._session is not None:
            return self._session
        session = await self._sessions.new(
            route.connection_id, route.model, settings=self._settings_to_come, temporary=self._temporary_to_come
        )
        self.asking.drafts.adopt(session)
        self._wanted = session.conversation.id
        self._show(session)
        return session

    def stop(self) -> None:
        if self._session is not None:
            self._session.stop()

    def _show(self, session: Session | None) -> None:
        """The snapshot and the subscription in one step, so that nothing of a running answer is lost or doubled."""
        self._places.leave()
        if self._bridge is not None:
            self._bridge.close()
            self._bridge.deleteLater()
            self._bridge = None
        self._session = session
        records = session.records if session is not None else ()
        if session is not None:
            self._bridge = self._listen(session)
        self.view.show_records(records, self._places.enter(session))
        self._window.temporary.setVisible(session.temporary if session is not None else self._temporary_to_come)
        self._window.composer.set_running(session is not None and session.running)
        self._window.set_conversation_title(session.conversation.title if session is not None else "")
        conversation_id = session.conversation.id if session is not None else ""
        self.asking.drafts.show(session, temporary=self._temporary_to_come)
        self.queue_changed.emit(session.queue if session is not None else ())
        self.settings_changed.emit(self.settings)
        self.shown.emit(conversation_id)
        self.stirred.emit()

    def _listen(self, session: Session) -> SessionBridge:
        bridge = SessionBridge(session, self)
        bridge.message_added.connect(self.view.show_message)
        bridge.answer_routed.connect(self.view.name_speaker)
        bridge.answer_grew.connect(self.view.show_growth)
        bridge.message_changed.connect(self.view.show_change)
        bridge.branch_changed.connect(lambda branch: self.view.show_records(branch, is_turn=True))
        bridge.branch_changed.connect(self.stirred)
        bridge.running_changed.connect(self._window.composer.set_running)
        bridge.running_changed.connect(self.stirred)
        bridge.queue_changed.connect(self.queue_changed)
        bridge.conversation_changed.connect(self._tell_conversation)
        bridge.journal_failed.connect(self._window.notices.tell_error)
        return bridge

    def _tell_conversation(self, record: ConversationRecord) -> None:
        self._window.set_conversation_title(record.title)
        self.settings_changed.emit(record.settings)

    def _keep_route(self) -> None:
        """The next questions of the conversation go where the user chose."""
        if self._session is not None:
            route = self._routes.route
            spawn(self._session.set_route(route.connection_id, route.model), self, "store the route")
