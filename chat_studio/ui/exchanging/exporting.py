"""Exports conversations while the window goes on."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

from chat_studio.errors import StorageError, StudioError
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.chat import Chat
from chat_studio.ui.notices import Action
from chat_studio.ui.preferences import Preferences
from chat_studio.ui.shelf import Shelf
from chat_studio.ui.widgets.wording import counted
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.exchange.export import ExportReport, ExportWish
    from chat_studio.ui.exchanging.export_dialog import ExportDialog
    from chat_studio.ui.exchanging.place import IfTaken
    from chat_studio.ui.exchanging.selection import Selection


class Exporting(QObject):
    """One dialog at a time. An export ends with its dialog, and leaves nothing unless it is whole."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        chat: Chat,
        shelf: Shelf,
        history: HistoryStore,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._chat = chat
        self._shelf = shelf
        self._history = history
        self._preferences = preferences
        self._dialog: ExportDialog | None = None
        self._asking: asyncio.Task[None] | None = None
        self._job: asyncio.Task[None] | None = None
        shelf.organising.export_requested.connect(self.open)

    def open(self, conversation_id: str = "") -> None:
        """Asks what to export: a conversation, the one that is shown for "", or several."""
        if self._dialog is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()
        elif self._asking is None or self._asking.done():
            self._asking = spawn(self._ask(conversation_id), self, "export")

    async def aclose(self) -> None:
        """Ends what runs."""
        if self._job is not None:
            self._job.cancel()
            await asyncio.gather(self._job, return_exceptions=True)

    async def _ask(self, conversation_id: str) -> None:
        from chat_studio.ui.exchanging.export_dialog import ExportDialog

        try:
            selections = await self._selections(conversation_id)
        except StorageError as error:
            self._window.notices.tell_error(error)
            return
        if not selections:
            self._window.notices.tell("There are no conversations to export yet.")
            return
        dialog = ExportDialog(self._appearance, selections, exchange_folder(self._preferences), self._window)
        dialog.wanted.connect(lambda wish, if_taken: self._begin(dialog, wish, if_taken))
        dialog.stopped.connect(lambda: self._job.cancel() if self._job is not None else None)
        self._dialog = dialog
        try:
            await ask(dialog, modal=False)
        finally:
            self._dialog = None

    async def _selections(self, conversation_id: str) -> list[Selection]:
        """What can be exported, the likeliest first. Raises StorageError."""
        from chat_studio.ui.exchanging import selection

        found: list[Selection | None] = []
        session = self._chat.session
        if not conversation_id and session is not None and session.records and not session.temporary:
            conversation_id = session.conversation.id
        if conversation_id:
            found.append(selection.one(await self._history.conversation(conversation_id)))
        name = self._window.sidebar.scope.text()
        found.append(await selection.listed(self._history, self._shelf.listing.query, name))
        found.append(await selection.everything(self._history))
        return [one for one in found if one is not None]

    def _begin(self, dialog: ExportDialog, wish: ExportWish, if_taken: IfTaken) -> None:
        dialog.show_work()
        self._job = spawn(self._export(dialog, wish, if_taken), self, "export conversations")
        self._job.add_done_callback(lambda job: self._note_stopped(dialog) if job.cancelled() else None)

    def _note_stopped(self, dialog: ExportDialog) -> None:
        if self._dialog is dialog:
            dialog.show_end()

    async def _export(self, dialog: ExportDialog, wish: ExportWish, if_taken: IfTaken) -> None:
        from chat_studio.exchange.export import export
        from chat_studio.exchange.outputs import unused
        from chat_studio.ui.pdf_process import PdfProcess

        try:
            if wish.together and if_taken == "ask" and await asyncio.to_thread(wish.target.exists):
                dialog.show_taken(wish.target)
                return
            if wish.together and if_taken == "rename":
                wish = replace(wish, target=await asyncio.to_thread(unused, wish.target))
            async with aclosing(PdfProcess()) as pdf:
                report = await export(self._history, wish, pdf=pdf, progress=dialog.show_progress)
        except StudioError as error:
            dialog.show_end(error)
        else:
            dialog.accept()
            self._tell(report)
            await self._remember(wish)

    def _tell(self, report: ExportReport) -> None:
        folder = report.files[0].parent
        show = Action("Show", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        self._window.toast.offer(f"Exported {counted(report.conversations, 'conversation')}", show, undoes=False)

    async def _remember(self, wish: ExportWish) -> None:
        await self._preferences.change(exchange_folder=str(wish.target.parent))


def exchange_folder(preferences: Preferences) -> Path:
    """Where the last export or import was, else where documents are."""
    kept = preferences.settings.exchange_folder
    return Path(kept or QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
