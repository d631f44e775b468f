"""Keeps conversations in order: pins, folders, tags and the archive, from the menu of the list and the palette."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QDialog, QMenu

from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StorageError
from chat_studio.history.records import ConversationRecord, Folder
from chat_studio.history.rows import tags_of, tags_text
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import icon
from chat_studio.ui.library import Library, short
from chat_studio.ui.listing import Listing
from chat_studio.ui.notices import Action
from chat_studio.ui.widgets.prompt import Prompt
from chat_studio.ui.window import MainWindow


class Organising(QObject):
    """Each change shows at once, is stored then, and can be undone where it takes something out of sight.

    Signals:
        changed(): folders or tags are others than before.
        export_requested(str): the user wants a conversation as a file.
    """

    changed = Signal()
    export_requested = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        listing: Listing,
        library: Library,
        history: HistoryStore,
        sessions: Sessions,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._listing = listing
        self._library = library
        self._history = history
        self._sessions = sessions
        window.sidebar.list.menu_requested.connect(self.show_menu)

    # -- one conversation --------------------------------------------------------------------------------

    def pin(self, conversation_id: str) -> None:
        """Pins it, or takes the pin out."""
        record = self._listing.record(conversation_id)
        if record is not None:
            pinned = not record.pinned
            self._change(record, replace(record, pinned=pinned), lambda: self._history.pin([record.id], pinned))

    def archive(self, conversation_id: str) -> None:
        """Archives it, or brings it back; offers to undo it."""
        record = self._listing.record(conversation_id)
        if record is not None:
            after = replace(record, archived=not record.archived)
            self._set_archived(record, after.archived)
            done = "archived" if after.archived else "taken out of the archive"
            undo = Action("Undo", lambda: self._set_archived(after, record.archived))
            self._window.toast.offer(f"“{short(record.title)}” was {done}.", undo)

    def move(self, conversation_id: str, folder_id: str) -> None:
        """Puts it into a folder, or out of all for ""."""
        record = self._listing.record(conversation_id)
        if record is not None:
            moved = replace(record, folder_id=folder_id)
            self._change(record, moved, lambda: self._history.move([record.id], folder_id))

    def edit_tags(self, conversation_id: str) -> None:
        """Asks for its tags."""
        record = self._listing.record(conversation_id)
        if record is not None:
            spawn(self._ask_for_tags(record), self, "tags")

    def move_to_new_folder(self, conversation_id: str) -> None:
        """Asks for the name of a folder, and puts the conversation there."""
        spawn(self._new_folder(conversation_id), self, "new folder")

    def show_menu(self, conversation_id: str, place: QPoint) -> None:
        """What can be done with a conversation of the list."""
        record = self._listing.record(conversation_id)
        if record is not None:
            spawn(self._show_menu(record, place), self, "menu of a conversation")

    # -- folders -----------------------------------------------------------------------------------------

    def create_folder(self) -> None:
        spawn(self._new_folder(), self, "new folder")

    def rename_folder(self, folder: Folder) -> None:
        spawn(self._rename_folder(folder), self, "rename a folder")

    def delete_folder(self, folder: Folder) -> None:
        """Removes a folder; its conversations stay, outside of folders."""
        spawn(self._delete_folder(folder), self, "delete a folder")

    # -- how ---------------------------------------------------------------------------------------------

    def _set_archived(self, record: ConversationRecord, archived: bool) -> None:
        changed = replace(record, archived=archived)
        self._change(record, changed, lambda: self._history.archive([record.id], archived))

    def _change(
        self, before: ConversationRecord, after: ConversationRecord, store: Callable[[], Awaitable[None]]
    ) -> None:
        async def change() -> None:
            try:
                await store()
            except StorageError as error:
                self._show(before)
                self._window.notices.tell_error(error)
            self.changed.emit()

        self._show(after)
        spawn(change(), self, "organise")

    def _show(self, record: ConversationRecord) -> None:
        session = self._sessions.live(record.id)
        if session is not None:
            session.learn(record)
        self._listing.put(record)

    async def _ask_for_tags(self, record: ConversationRecord) -> None:
        known = ", ".join(count.tag for count in (await self._history.tag_counts())[:8])
        hint = f"Such as {known}" if known else "Words, with commas between them"
        prompt = Prompt("Tags", "Save", self._window, text=", ".join(record.tags), hint=hint, optional=True)
        if await ask(prompt) != QDialog.DialogCode.Accepted:
            return
        tags = tags_of(tags_text(prompt.text.split(",")))
        self._change(record, replace(record, tags=tags), lambda: self._history.set_tags(record.id, tags))

    async def _new_folder(self, conversation_id: str = "") -> None:
        prompt = Prompt("New folder", "Create", self._window, hint="Its name")
        if await ask(prompt) != QDialog.DialogCode.Accepted:
            return
        folder = await self._history.create_folder(prompt.text)
        if conversation_id:
            self.move(conversation_id, folder.id)
        self.changed.emit()

    async def _rename_folder(self, folder: Folder) -> None:
        prompt = Prompt("Rename folder", "Rename", self._window, text=folder.name)
        if await ask(prompt) == QDialog.DialogCode.Accepted:
            await self._history.rename_folder(folder.id, prompt.text)
            self.changed.emit()

    async def _delete_folder(self, folder: Folder) -> None:
        kept = await self._history.delete_folder(folder.id)

        async def undo() -> None:
            await self._history.put_back_folder(folder, kept)
            self._listing.reload()
            self.changed.emit()

        self.changed.emit()
        self._listing.reload()
        action = Action("Undo", lambda: spawn(undo(), self, "undo"))
        self._window.toast.offer(f"The folder “{short(folder.name)}” was deleted; its conversations are kept.", action)

    async def _show_menu(self, record: ConversationRecord, place: QPoint) -> None:
        folders = await self._history.folders()
        temporary = any(record.id == known.id for known in self._sessions.temporary())
        color = self._appearance.theme.muted
        menu = QMenu(self._window)
        menu.setObjectName("conversationMenu")
        menu.addAction(icon("pencil", color), "Rename", "F2", lambda: self._window.sidebar.list.rename(record.id))
        if not temporary:
            menu.addAction(icon("pin", color), "Unpin" if record.pinned else "Pin", lambda: self.pin(record.id))
            menu.addMenu(self._folder_menu(menu, record, folders))
            menu.addAction(icon("tag", color), "Tags…", lambda: self.edit_tags(record.id))
            name = "Take out of the archive" if record.archived else "Archive"
            menu.addAction(icon("archive", color), name, lambda: self.archive(record.id))
            menu.addAction(icon("download", color), "Export…", lambda: self.export_requested.emit(record.id))
        menu.addSeparator()
        menu.addAction(icon("trash", color), "Delete", "Del", lambda: self._library.delete(record.id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _folder_menu(self, parent: QMenu, record: ConversationRecord, folders: list[Folder]) -> QMenu:
        menu = QMenu("Move to folder", parent)
        menu.setIcon(icon("folder", self._appearance.theme.muted))
        for folder in (Folder("", "None"), *folders):
            action = menu.addAction(folder.name, partial(self.move, record.id, folder.id))
            action.setCheckable(True)
            action.setChecked(folder.id == record.folder_id)
        menu.addSeparator()
        menu.addAction("New folder…", lambda: self.move_to_new_folder(record.id))
        return menu
