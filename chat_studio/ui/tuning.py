"""Opens the settings of the conversation that is shown, and passes on what is chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject

from chat_studio.errors import StorageError
from chat_studio.parameters import ConversationSettings
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.chat import Chat
from chat_studio.ui.routes import Routes
from chat_studio.ui.window import MainWindow


class Tuning(QObject):
    """One dialog at a time; it belongs to the conversation for which it was opened."""

    def __init__(self, window: MainWindow, appearance: Appearance, chat: Chat, routes: Routes) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._chat = chat
        self._routes = routes
        self._open = False
        window.header.settings.clicked.connect(self.open)
        chat.settings_changed.connect(window.header.mark_settings)

    def open(self) -> None:
        if not self._open:
            spawn(self._ask(), self, "conversation settings")

    async def _ask(self) -> None:
        from chat_studio.ui.conversation_settings import ConversationSettingsDialog

        session = self._chat.session
        dialog = ConversationSettingsDialog(self._appearance, self._chat.settings, self._defaults(), self._window)
        keep = session.set_settings if session is not None else self._chat.set_settings

        async def store(settings: ConversationSettings) -> None:
            try:
                await keep(settings)
            except StorageError as error:
                self._window.notices.tell_error(error)

        dialog.chosen.connect(lambda settings: spawn(store(settings), self, "store the settings"))
        self._open = True
        try:
            await ask(dialog)
        finally:
            self._open = False

    def _defaults(self) -> dict[str, str]:
        """What the connection asks for, in words."""
        connection = self._routes.connection
        if connection is None:
            return {}
        asked = {
            **connection.default_parameters,
            "temperature": connection.temperature,
            "max_tokens": connection.max_tokens,
        }
        return {name: f"{value} (connection)" for name, value in asked.items() if value is not None}
