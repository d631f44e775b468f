"""Everything that can be done by a key or from the palette, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.chat import Chat
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.library import Library
from chat_studio.ui.palette import Command, Palette
from chat_studio.ui.routes import Routes
from chat_studio.ui.window import MainWindow


@dataclass(frozen=True)
class Windows:
    """Opens the other windows."""

    connections: Callable[[], object]
    add_connection: Callable[[], object]
    settings: Callable[[], object]


class Commands:
    """Binds the keys (Ctrl is Cmd on macOS), and lists for the palette what they do and where one can go."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        chat: Chat,
        library: Library,
        model: ConversationModel,
        routes: Routes,
        windows: Windows,
    ) -> None:
        self._window = window
        self._chat = chat
        self._library = library
        self._model = model
        self._routes = routes
        self._palette = Palette(appearance, self._all, window)
        self._actions = (
            Command("New conversation", "", chat.start_new, "Ctrl+N"),
            Command("Search all conversations", "", self._search, "Ctrl+Shift+F"),
            Command("Find in this conversation", "", self._find, "Ctrl+F"),
            Command("Choose a connection", "", self._choose_connection, "Ctrl+L"),
            Command("Rename this conversation", "", self._rename),
            Command("Delete this conversation", "", self._delete),
            Command("Stop the answer", "", chat.stop, "Esc"),
            Command("Edit connections", "", windows.connections),
            Command("Add a connection", "", windows.add_connection),
            Command("Settings", "", windows.settings, "Ctrl+,"),
        )
        self._keys = [self._bind(command.keys, command.react) for command in self._actions if command.keys]
        self._keys.append(self._bind("Ctrl+K", self.open_palette))

    def open_palette(self) -> None:
        self._palette.open()

    def _bind(self, keys: str, react: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self._window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(react)
        return shortcut

    def _all(self) -> Sequence[Command]:
        conversations = [
            Command(record.title, "Conversation", lambda name=record.id: self._open(name))  # type: ignore[misc]
            for record in self._model.records
        ]
        connections = [
            Command(f"Use {known.name}", "Connection", lambda name=known.id: self._use(name))  # type: ignore[misc]
            for known in self._routes.usable
        ]
        return [*self._actions, *connections, *conversations]

    def _open(self, conversation_id: str) -> None:
        self._library.open(conversation_id)
        self._window.composer.setFocus()

    def _use(self, connection_id: str) -> None:
        self._routes.choose(connection_id)
        self._window.composer.setFocus()

    def _search(self) -> None:
        self._window.sidebar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.sidebar.search.selectAll()

    def _find(self) -> None:
        if self._chat.conversation is not None:
            self._window.find_bar.open()

    def _choose_connection(self) -> None:
        self._window.header.connections.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.header.connections.showPopup()

    def _rename(self) -> None:
        self._window.sidebar.list.rename_current()

    def _delete(self) -> None:
        if self._chat.conversation is not None:
            self._library.delete(self._chat.conversation.id)
