"""From the composer to the session: sends what was written, or puts it into the queue while an answer comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from chat_studio.errors import StudioError
from chat_studio.ui.aio import spawn
from chat_studio.ui.composing.attached import Written
from chat_studio.ui.composing.drafts import Drafts
from chat_studio.ui.notices import Action
from chat_studio.ui.routes import Routes
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.ui.chat import Chat


class Asking(QObject):
    """Takes the questions of the composer, and names there who they go to."""

    def __init__(self, window: MainWindow, chat: Chat, routes: Routes, drafts: Drafts) -> None:
        super().__init__(window)
        self._window = window
        self._composer = window.composer
        self._chat = chat
        self._routes = routes
        self.drafts = drafts
        self._composer.send_requested.connect(lambda: spawn(self._send(self._composer.written), self, "send"))
        routes.route_changed.connect(self._name_recipient)

    async def _send(self, written: Written) -> None:
        route = self._routes.route
        if not route.connection_id:
            self.ask_for_connection()
            return
        self._composer.set_busy(True)
        try:
            session = await self._chat.session_to_ask(route)
            question = await self.drafts.question(written, whole=session.temporary)
            if session.running:
                await session.put_queue((*session.queue, question))
            else:
                await session.send(question, connection_id=route.connection_id, model=route.model)
        except StudioError as error:
            self._window.notices.tell_error(error)
        else:
            self.drafts.sent(session.conversation.id, written)
        finally:
            self._composer.set_busy(False)

    def ask_for_connection(self) -> None:
        """Says that nobody can be asked yet."""
        self._window.notices.tell(
            "No connection is chosen.", "warning", action=Action("Choose…", self._window.header.connections.showPopup)
        )

    def _name_recipient(self) -> None:
        connection = self._routes.connection
        model = self._routes.route.model.rpartition("/")[2]
        name = model or (connection.name if connection else "a model")
        self._composer.set_recipient("the demo" if name == "demo" else name)
