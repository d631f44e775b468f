"""What can be done with a message of the conversation that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from chat_studio.errors import StudioError
from chat_studio.ui.aio import spawn
from chat_studio.ui.routes import Routes
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.ui.chat import Chat


class MessageDeeds(QObject):
    """Does what the user asks for at a message."""

    def __init__(self, window: MainWindow, transcript: Transcript, chat: Chat, routes: Routes) -> None:
        super().__init__(window)
        self._window = window
        self._chat = chat
        self._routes = routes
        transcript.retry_requested.connect(lambda answer: spawn(self._retry(answer), self, "retry"))

    async def _retry(self, answer_id: str) -> None:
        session, route = self._chat.session, self._routes.route
        if session is None or session.running:
            return
        try:
            await session.regenerate(answer_id, connection_id=route.connection_id, model=route.model)
        except StudioError as error:
            self._window.notices.tell_error(error)
