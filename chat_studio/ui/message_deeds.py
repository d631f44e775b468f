"""Does what the user asks for at a message of the conversation that is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject

from chat_studio.chat.session import Session
from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StudioError
from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageRecord
from chat_studio.messages import Part, Role, TextPart
from chat_studio.ui.aio import spawn
from chat_studio.ui.chat import Chat
from chat_studio.ui.notices import Action
from chat_studio.ui.routes import Route, Routes
from chat_studio.ui.speech import Speaker
from chat_studio.ui.spoken import spoken
from chat_studio.ui.transcript.deeds import Deed
from chat_studio.ui.transcript.host import MessageHost, Way
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow


class MessageDeeds(QObject):
    """Changes the branch by the session: one change at a time, and none while an answer runs."""

    def __init__(
        self,
        window: MainWindow,
        transcript: Transcript,
        host: MessageHost,
        chat: Chat,
        routes: Routes,
        sessions: Sessions,
        speaker: Speaker,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._host = host
        self._chat = chat
        self._routes = routes
        self._sessions = sessions
        self._speaker = speaker
        self._busy = False
        transcript.retry_requested.connect(lambda message_id: self._answer_again(message_id, self._routes.route))
        host.answer_wanted.connect(self._answer_there)
        host.edited.connect(self._edit)
        host.version_wanted.connect(self._show_version)
        host.wanted.connect(self._do)
        window.composer.recalled.connect(self.edit_last_question)

    def edit_last_question(self) -> None:
        """Opens the field of the last question of the conversation that is shown."""
        records = self._chat.session.records if self._chat.session is not None else Branch()
        asked = (at for at in reversed(range(len(records))) if records.role(at) is Role.USER)
        if (last := next(asked, None)) is not None:
            self._host.begin_edit(records[last])

    def _do(self, message_id: str, deed: Deed) -> None:
        session = self._chat.session
        if session is None:
            return
        if deed is Deed.GO_ON:
            self._change(session, session.go_on(message_id))
        elif deed is Deed.DELETE:
            self._change(session, self._delete(session, message_id))
        elif deed is Deed.BRANCH:
            self._change(session, self._branch_off(session, message_id), while_running=True)
        elif deed is Deed.SPEAK:
            spawn(self._speak(session, message_id), self, "read aloud")

    def _answer_there(self, message_id: str, way: Way) -> None:
        self._answer_again(message_id, Route(way.connection_id, way.model))

    def _answer_again(self, message_id: str, route: Route) -> None:
        if not route.connection_id:
            self._chat.asking.ask_for_connection()
        elif (session := self._chat.session) is not None:
            again = session.regenerate(message_id, connection_id=route.connection_id, model=route.model)
            self._change(session, again)

    def _edit(self, message_id: str, text: str) -> None:
        if (session := self._chat.session) is not None:
            self._change(session, self._store_edit(session, message_id, text))

    def _show_version(self, message_id: str) -> None:
        if (session := self._chat.session) is not None:
            self._change(session, session.show_version(message_id))

    # -- the session -------------------------------------------------------------------------------------

    def _change(self, session: Session, change: Coroutine[Any, Any, None], *, while_running: bool = False) -> None:
        """Begins a change of a session, which need not be shown any more, unless it cannot be made now: the buttons
        rest then, but a click may have come before."""
        if self._busy:
            change.close()
            return
        self._busy = True
        spawn(self._run(session, change, while_running=while_running), self, "change the branch")

    async def _run(self, session: Session, change: Coroutine[Any, Any, None], *, while_running: bool) -> None:
        try:
            if session.running and not while_running:
                change.close()
            else:
                await change
        except StudioError as error:
            self._window.notices.tell_error(error)
        finally:
            self._busy = False

    async def _store_edit(self, session: Session, message_id: str, text: str) -> None:
        """The field stays open until its text is stored."""
        record = _found(session, message_id)
        route = self._routes.route
        parts = edited_parts(record.message.parts, text)
        if record.message.role is Role.USER and not route.connection_id:
            self._chat.asking.ask_for_connection()
            return
        await session.edit(message_id, parts, connection_id=route.connection_id, model=route.model)
        self._host.edits.pop(message_id, None)
        self._host.tell()
        self._window.composer.setFocus()  # the field that had the keyboard is gone

    async def _delete(self, session: Session, message_id: str) -> None:
        what = "question" if _found(session, message_id).message.role is Role.USER else "answer"
        await session.delete_message(message_id)
        undo = Action("Undo", lambda: self._change(session, session.restore_message(message_id)))
        self._window.toast.offer(f"The {what} was deleted.", undo)

    async def _branch_off(self, session: Session, message_id: str) -> None:
        copy = await self._sessions.branch_off(session, message_id)
        self._chat.conversation_added.emit(copy)
        await self._chat.open(copy.id)
        self._window.composer.setFocus()

    async def _speak(self, session: Session, message_id: str) -> None:
        if self._speaker.speaking == message_id:
            self._speaker.stop()
            return
        text = _found(session, message_id).message.text
        self._speaker.toggle(message_id, await asyncio.to_thread(spoken, text))


def edited_parts(parts: tuple[Part, ...], text: str) -> tuple[Part, ...]:
    """A message's parts with another text in the place of the first; all else is kept."""
    at = next((number for number, part in enumerate(parts) if isinstance(part, TextPart)), 0)
    kept = [part for part in parts if not isinstance(part, TextPart)]
    before = sum(not isinstance(part, TextPart) for part in parts[:at])
    return (*kept[:before], TextPart(text=text), *kept[before:])


def _found(session: Session, message_id: str) -> MessageRecord:
    records = session.records
    position = records.index_of(message_id)
    if position is None:
        raise LookupError(f"no message {message_id} in this branch")
    return records[position]
