"""Everything that can be done by a key or from the palette, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.chat import Chat
from chat_studio.ui.palette import Command, Palette
from chat_studio.ui.shelf import Shelf
from chat_studio.ui.window import MainWindow


@dataclass(frozen=True)
class Windows:
    """Opens the other windows, and changes the size of the text."""

    connections: Callable[[], object]
    add_connection: Callable[[], object]
    settings: Callable[[], object]
    conversation_settings: Callable[[], object]
    resize_text: Callable[[int], object]
    """By so many pixels; 0 is back to the usual size."""
    import_file: Callable[[], object]
    export: Callable[[], object]
    back_up: Callable[[], object]
    restore: Callable[[], object]
    check_history: Callable[[], object]


class Commands:
    """Binds the keys (Ctrl is Cmd on macOS), and lists for the palette what they do and where one can go."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        chat: Chat,
        shelf: Shelf,
        windows: Windows,
    ) -> None:
        self._window = window
        self._chat = chat
        self._going = shelf.going
        self._palette = Palette(appearance, self._all, shelf.going.look_up, window)
        library, organising, scopes = shelf.library, shelf.organising, shelf.scopes
        self._actions = (
            Command("New conversation", "", chat.start_new, "Ctrl+N"),
            Command("New temporary conversation", "", chat.start_temporary, "Ctrl+Shift+N"),
            Command("Search all conversations", "", self._search, "Ctrl+Shift+F"),
            Command("Find in this conversation", "", self._find, "Ctrl+F"),
            Command("Choose a connection", "", self._choose_connection, "Ctrl+L"),
            Command("Settings of this conversation", "", windows.conversation_settings, "Ctrl+Shift+P"),
            Command("Rename this conversation", "", window.sidebar.list.rename),
            Command("Pin or unpin this conversation", "", lambda: self._with_shown(organising.pin)),
            Command("Tags of this conversation", "", lambda: self._with_shown(organising.edit_tags)),
            Command(
                "Move this conversation to a new folder", "", lambda: self._with_shown(organising.move_to_new_folder)
            ),
            Command("Archive this conversation", "", lambda: self._with_shown(organising.archive)),
            Command("Delete this conversation", "", lambda: self._with_shown(library.delete)),
            Command("Export this conversation", "", lambda: self._with_shown(organising.export_requested.emit)),
            Command("New folder", "", organising.create_folder),
            Command("Show all conversations", "", scopes.show_everything),
            Command("Show the archive", "", scopes.show_archive),
            Command("Stop the answer", "", chat.stop, "Esc"),
            Command("Larger text", "", lambda: windows.resize_text(1), "Ctrl++"),
            Command("Smaller text", "", lambda: windows.resize_text(-1), "Ctrl+-"),
            Command("Text in its usual size", "", lambda: windows.resize_text(0), "Ctrl+0"),
            Command("Edit connections", "", windows.connections),
            Command("Add a connection", "", windows.add_connection),
            Command("Import conversations…", "", windows.import_file),
            Command("Export conversations…", "", windows.export),
            Command("Back up now…", "", windows.back_up),
            Command("Restore a backup…", "", windows.restore),
            Command("Check the history…", "", windows.check_history),
            Command("Settings", "", windows.settings, "Ctrl+,"),
        )
        self._keys = [self._bind(command.keys, command.react) for command in self._actions if command.keys]
        self._keys.append(self._bind("Ctrl+K", self.open_palette))
        self._keys.append(self._bind("Ctrl+=", lambda: windows.resize_text(1)))  # where “+” needs Shift

    def open_palette(self) -> None:
        self._palette.open()

    def _bind(self, keys: str, react: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self._window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(react)
        return shortcut

    def _all(self) -> Sequence[Command]:
        return [*self._actions, *self._going.connections(), *self._going.listed()]

    def _with_shown(self, react: Callable[[str], object]) -> None:
        """Does something with the conversation that is shown, if there is one."""
        if self._chat.conversation is not None:
            react(self._chat.conversation.id)

    def _search(self) -> None:
        self._window.sidebar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.sidebar.search.selectAll()

    def _find(self) -> None:
        if self._chat.conversation is not None:
            self._window.find_bar.open()

    def _choose_connection(self) -> None:
        self._window.header.connections.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.header.connections.showPopup()
