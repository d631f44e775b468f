"""Imports conversations while the window goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from chat_studio.chat.sessions import Sessions
from chat_studio.errors import StudioError
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.chat import Chat
from chat_studio.ui.exchanging.drop_field import Drops
from chat_studio.ui.exchanging.exporting import exchange_folder
from chat_studio.ui.preferences import Preferences
from chat_studio.ui.shelf import Shelf
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.exchange.importing import Import, ImportReport
    from chat_studio.ui.exchanging.import_dialog import ImportDialog


class Importing(QObject):
    """One dialog at a time; a file that is dropped on the sidebar opens it. An import ends with its dialog."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        chat: Chat,
        shelf: Shelf,
        sessions: Sessions,
        history: HistoryStore,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._chat = chat
        self._shelf = shelf
        self._sessions = sessions
        self._history = history
        self._preferences = preferences
        self._dialog: ImportDialog | None = None
        self._job: asyncio.Task[None] | None = None
        self._file = Path()
        for area in (window.sidebar, window.sidebar.search):  # the field would take a file for text
            Drops(area, self.open)

    def open(self, file: Path | None = None) -> None:
        """Asks for a file, or tells what is in this one."""
        if self._dialog is None:
            from chat_studio.ui.exchanging.import_dialog import ImportDialog

            self._dialog = ImportDialog(self._appearance, exchange_folder(self._preferences), self._window)
            self._dialog.file_chosen.connect(self._read)
            self._dialog.import_wanted.connect(self._take)
            self._dialog.stopped.connect(lambda: self._job.cancel() if self._job is not None else None)
            spawn(self._ask(self._dialog), self, "import")
        self._dialog.raise_()
        self._dialog.activateWindow()
        if file is not None:
            self._dialog.choose(file)

    async def aclose(self) -> None:
        """Ends what runs; what was taken stays."""
        if self._job is not None:
            self._job.cancel()
            await asyncio.gather(self._job, return_exceptions=True)

    async def _ask(self, dialog: ImportDialog) -> None:
        try:
            await ask(dialog, modal=False)
        finally:
            self._dialog = None

    def _read(self, file: Path) -> None:
        self._file = file
        if self._dialog is not None:
            self._dialog.show_work(f"Reading {file.name}…")
            self._work(self._dialog, self._preview(self._dialog), self._dialog.show_choice)

    def _take(self) -> None:
        from chat_studio.exchange.importing import Import

        dialog = self._dialog
        if dialog is not None:
            dialog.show_work(f"Importing {self._file.name}…")
            job = Import(self._history, self._file, progress=dialog.show_progress)
            self._work(dialog, self._import(dialog, job), lambda: self._tell(dialog, job.report, stopped=True))

    def _work(self, dialog: ImportDialog, work: Coroutine[Any, Any, None], note_stopped: Callable[[], None]) -> None:
        """`note_stopped` is called when the work was given up, be it before its first step."""
        self._job = spawn(work, self, "import conversations")
        self._job.add_done_callback(lambda job: note_stopped() if job.cancelled() and self._dialog is dialog else None)

    async def _preview(self, dialog: ImportDialog) -> None:
        from chat_studio.exchange.importing import preview

        try:
            found = await preview(self._file, self._history, progress=dialog.show_progress)
        except StudioError as error:
            dialog.show_choice()
            dialog.show_failure(error)
        else:
            dialog.show_preview(found)
            await self._preferences.change(exchange_folder=str(self._file.parent))

    async def _import(self, dialog: ImportDialog, job: Import) -> None:
        try:
            await job.run()
        except StudioError as error:
            self._tell(dialog, job.report)
            dialog.show_failure(error)
        else:
            self._tell(dialog, job.report)

    def _tell(self, dialog: ImportDialog, report: ImportReport, *, stopped: bool = False) -> None:
        """The list has what was taken, and so has the conversation that is shown, whatever ended the import."""
        dialog.show_report(report, stopped=stopped)
        if report.added or report.updated or report.restored:
            self._shelf.listing.reload()
            self._shelf.organising.changed.emit()
        if report.updated:
            self._sessions.let_go()
            shown = self._chat.conversation
            if shown is not None:
                self._shelf.library.open(shown.id)
