"""Which part of the history the list shows: all, a folder, a tag, or the archive."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from chat_studio.errors import StorageError
from chat_studio.history.folders import FolderCount, TagCount
from chat_studio.history.listing import EVERYTHING, ListQuery
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import icon
from chat_studio.ui.listing import Listing
from chat_studio.ui.organising import Organising
from chat_studio.ui.window import MainWindow

ARCHIVE = ListQuery(archived=True)


class Scopes(QObject):
    """Opens the menu of the sidebar's scope button. A scope that is gone gives way to everything."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        listing: Listing,
        organising: Organising,
        history: HistoryStore,
    ) -> None:
        super().__init__(window)
        self._button = window.sidebar.scope
        self._window = window
        self._appearance = appearance
        self._listing = listing
        self._organising = organising
        self._history = history
        self._button.clicked.connect(lambda: spawn(self._open(), self, "scopes"))
        organising.changed.connect(lambda: spawn(self._look(), self, "look at the scope"))

    def show(self, scope: ListQuery, name: str) -> None:
        """Lists a scope under its name."""
        self._button.show_name(name, narrowed=scope != EVERYTHING)
        self._listing.show(scope)

    def show_everything(self) -> None:
        self.show(EVERYTHING, "All conversations")

    def show_archive(self) -> None:
        self.show(ARCHIVE, "Archive")

    async def _look(self) -> None:
        """Takes another name of the folder that is shown, or leaves it when it is gone."""
        scope = self._listing.scope
        if scope.folder_id:
            folders = {folder.id: folder.name for folder in await self._history.folders()}
            if scope.folder_id in folders:
                self._button.show_name(folders[scope.folder_id], narrowed=True)
            else:
                self.show_everything()
        elif scope.tag and scope.tag not in {count.tag for count in await self._history.tag_counts()}:
            self.show_everything()

    async def _open(self) -> None:
        try:
            folders, tags = await self._history.folder_counts(), await self._history.tag_counts()
        except StorageError as error:
            self._window.notices.tell_error(error)
            return
        menu = QMenu(self._window)
        menu.setObjectName("scopeMenu")
        self._add(menu, "All conversations", "chat", EVERYTHING)
        self._add_folders(menu, folders)
        self._add_tags(menu, tags)
        menu.addSeparator()
        self._add(menu, "Archive", "archive", ARCHIVE)
        self._add_current(menu, folders)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._button.mapToGlobal(QPoint(0, self._button.height() + 2)))

    def _add_folders(self, menu: QMenu, folders: list[FolderCount]) -> None:
        menu.addSection("Folders")
        for count in folders:
            scope = ListQuery(folder_id=count.folder.id)
            self._add(menu, count.folder.name, "folder", scope, count.conversations)
        menu.addAction(icon("plus", self._appearance.theme.muted), "New folder…", self._organising.create_folder)

    def _add_tags(self, menu: QMenu, tags: list[TagCount]) -> None:
        if tags:
            menu.addSection("Tags")
        for count in tags:
            self._add(menu, count.tag, "tag", ListQuery(tag=count.tag), count.conversations)

    def _add_current(self, menu: QMenu, folders: list[FolderCount]) -> None:
        """What can be done with the folder that is shown."""
        shown = next((count.folder for count in folders if count.folder.id == self._listing.scope.folder_id), None)
        if shown is not None:
            color = self._appearance.theme.muted
            menu.addSeparator()
            menu.addAction(icon("pencil", color), "Rename folder…", lambda: self._organising.rename_folder(shown))
            menu.addAction(icon("trash", color), "Delete folder", lambda: self._organising.delete_folder(shown))

    def _add(self, menu: QMenu, name: str, picture: str, scope: ListQuery, count: int | None = None) -> None:
        shown = self._listing.scope == scope
        color = self._appearance.theme.accent if shown else self._appearance.theme.muted
        text = name.replace("&", "&&") + (f"\t{count:,}" if count is not None else "")
        action = menu.addAction(icon("check" if shown else picture, color), text)
        action.triggered.connect(lambda: self.show(scope, name))
