"""The window and everything that moves in it, put together."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from chat_studio.errors import StorageError
from chat_studio.paths import Paths
from chat_studio.studio import Studio
from chat_studio.ui.aio import spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.bridge import FRAME
from chat_studio.ui.chat import Chat
from chat_studio.ui.commands import Commands, Windows
from chat_studio.ui.composing.drafts import Drafts
from chat_studio.ui.composing.recipient import Recipient
from chat_studio.ui.composing.writing import Writing
from chat_studio.ui.connections.file_watch import FileWatch
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.elsewhere import Elsewhere
from chat_studio.ui.filing import Filing
from chat_studio.ui.first_steps import FirstSteps
from chat_studio.ui.model_source import ModelSource
from chat_studio.ui.places import Places
from chat_studio.ui.preferences import Preferences
from chat_studio.ui.routes import Routes
from chat_studio.ui.settings.options import Options
from chat_studio.ui.shelf import Shelf
from chat_studio.ui.surroundings import Surroundings
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.tuning import Tuning
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.ui.connections.editor import ConnectionEditor


async def build_shell(paths: Paths, window: MainWindow, model: ConversationModel, appearance: Appearance) -> Shell:
    """The shell of a home; reads the settings."""
    studio = Studio.build(paths, read_pause=FRAME)
    return Shell(window, model, appearance, studio, await Preferences.load(studio.settings))


class Shell:
    """Brings a window to life that is shown already. Reads nothing before `load`."""

    def __init__(
        self,
        window: MainWindow,
        model: ConversationModel,
        appearance: Appearance,
        studio: Studio,
        preferences: Preferences,
    ) -> None:
        self.studio = studio
        self._appearance = appearance
        self._preferences = preferences
        self._editor: ConnectionEditor | None = None
        self._told_of_file: frozenset[str] = frozenset()
        self.window = window
        host = MessageHost(appearance, window)
        transcript = Transcript(appearance, host=host)
        window.add_conversation_view(transcript)
        models = ModelSource(studio.providers)
        watch = FileWatch(studio.paths.connections, self.window)
        self.routes = Routes(self.window.header, studio.connections, models, preferences, watch)
        self._drafts = Drafts(self.window.composer, studio.history)
        self._places = Places(transcript, studio.history)
        self.chat = Chat(self.window, transcript, studio.sessions, self.routes, self._drafts, self._places)
        self.surroundings = Surroundings(window, transcript, host, self.chat, self.routes, models, studio)
        recipient = Recipient(self.routes, models)
        self.writing = Writing(self.window, appearance, self.chat, recipient, studio.history)
        self.shelf = Shelf(window, appearance, model, studio.history, studio.sessions, self.chat, self.routes)
        self._elsewhere = Elsewhere(window, studio.history, studio.sessions, self.chat, self.shelf)
        self.tuning = Tuning(self.window, appearance, self.chat, self.routes)
        self.first_steps = FirstSteps(self.window.empty, self.routes, models)
        self.filing = Filing(
            window, appearance, self.chat, self.shelf, self._drafts, studio, preferences, self.may_close
        )
        backing_up = self.filing.backing_up
        self.options = Options(
            window, appearance, transcript, host, self.routes, models, studio, preferences, backing_up.open_to_create
        )
        windows = Windows(
            connections=self.edit_connections,
            add_connection=self.add_connection,
            settings=self.options.open,
            conversation_settings=self.tuning.open,
            resize_text=self.options.resize_text,
            import_file=self.filing.importing.open,
            export=self.filing.exporting.open,
            back_up=backing_up.open_to_create,
            restore=backing_up.open_to_restore,
            check_history=self.filing.caring.open,
        )
        self.commands = Commands(self.window, appearance, self.chat, self.shelf, windows)
        self.window.sidebar.connections_requested.connect(self.edit_connections)
        self.window.sidebar.settings_requested.connect(self.options.open)
        self.window.composer.text_changed.connect(self._warm_up, Qt.ConnectionType.SingleShotConnection)
        self.first_steps.address_requested.connect(self.add_connection)
        self.first_steps.service_requested.connect(lambda: self.add_connection(at_services=True))
        self.routes.file_changed.connect(self._tell_about_file)

    async def load(self) -> None:
        """Reads connections and conversations."""
        if self._preferences.problem:
            self.window.notices.tell(self._preferences.problem, "warning")
        self.surroundings.look()
        await self.routes.load()
        try:
            await self.shelf.library.load()
        except StorageError as error:
            self.window.notices.tell_error(error)
        else:
            self._elsewhere.begin()
        await self._drafts.load()
        self.filing.daily.start()

    def edit_connections(self, connection_id: str | None = None) -> None:
        """Opens the window of the connections, on one of them or on the one in use; an open one stays as it is."""
        editor, in_use = self._connection_editor(), self.routes.connection
        if not connection_id and in_use is not None and not editor.isVisible():
            connection_id = in_use.id
        editor.open_on(connection_id)

    def add_connection(self, *, at_services: bool = False) -> None:
        """Opens the page of adding a connection, with the keys in the field for its address, or among the services."""
        self._connection_editor().add(at_services=at_services)

    async def may_close(self) -> bool:
        """Asks about unsaved edits; False if the user wants to stay."""
        return self._editor is None or await self._editor.leave()

    async def aclose(self) -> None:
        """Stores where the window was; ends answers, connections and the database."""
        self._elsewhere.close()
        await self.filing.aclose()
        await self._drafts.flush()
        self.shelf.library.close()
        self.routes.close()
        self.surroundings.close()
        if self._editor is not None:
            self._editor.close()
            self._editor.deleteLater()
        geometry, layout = self.window.place()
        with contextlib.suppress(StorageError):  # nobody can be told any more, and only a place is lost
            await self._preferences.change(window_geometry=geometry, window_layout=layout)
            await self._places.aclose()
        await self.studio.aclose()

    def _warm_up(self) -> None:
        spawn(asyncio.to_thread(_import_what_answers_need), self.window, "warm up")

    def _connection_editor(self) -> ConnectionEditor:
        from chat_studio.ui.connections.editor import ConnectionEditor

        if self._editor is None:
            studio = self.studio
            self._editor = ConnectionEditor(
                studio.connections, studio.secrets, studio.paths.connections, self._appearance
            )
            self._editor.changed.connect(self.routes.reload)
            self._editor.added.connect(self._note_added)
            self._editor.use_wanted.connect(self._talk_to)
        return self._editor

    def _note_added(self, connection_id: str) -> None:
        """A new connection is chosen for the next conversation; one that is open keeps its own."""
        if self.chat.conversation is None:
            spawn(self.routes.choose_stored(connection_id), self.window, "use the new connection")

    def _talk_to(self, connection_id: str) -> None:
        """A new conversation with this connection, in front of the window of the connections."""
        self._connection_editor().close()
        self.chat.start_new()
        spawn(self.routes.choose_stored(connection_id), self.window, "use the new connection")
        self.window.raise_()
        self.window.activateWindow()
        self.window.composer.setFocus()

    def _tell_about_file(self) -> None:
        """Tells what is new, and takes back what is true no more."""
        file, notices = self.routes.file, self.window.notices
        for text in self._told_of_file - set(file.notices):
            notices.dismiss(text)
        for text in file.notices:
            if file.problem is not None and text.startswith(file.problem.message):
                notices.tell(text, "error", hint=file.problem.hint)
            elif text not in self._told_of_file:
                notices.tell(text, "warning")
        self._told_of_file = frozenset(file.notices)


def _import_what_answers_need() -> None:
    """While the user types the first question, so that its answer does not wait for it. Unused, it costs 12 MB."""
    for module in ("chat_studio.net.client", "markdown_it", "pygments.lexers", "pygments.lexers.python"):
        importlib.import_module(module)
