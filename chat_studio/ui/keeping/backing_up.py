"""Makes backups, and restores them, from the window."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from chat_studio.backup.service import Backups
from chat_studio.errors import StudioError
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.keeping.stillness import Stillness
from chat_studio.ui.preferences import Preferences
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.ui.keeping.backup_dialog import BackupDialog


class BackingUp(QObject):
    """One dialog at a time; a restore ends with the window's restart."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        backups: Backups,
        folder: Path,
        stillness: Stillness,
        preferences: Preferences,
        may_leave: Callable[[], Awaitable[bool]],
    ) -> None:
        """`folder` is where backups lie; `may_leave` asks about unsaved edits, False if the user wants to stay."""
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._backups = backups
        self._folder = folder
        self._stillness = stillness
        self._preferences = preferences
        self._may_leave = may_leave
        self._dialog: BackupDialog | None = None
        self._job: asyncio.Task[None] | None = None

    def open_to_create(self) -> None:
        self._open().back_up.setFocus()

    def open_to_restore(self) -> None:
        self._open().list.setFocus()

    async def aclose(self) -> None:
        """Ends what runs; nothing is left of it."""
        if self._job is not None:
            self._job.cancel()
            await asyncio.gather(self._job, return_exceptions=True)

    # -- the dialog --------------------------------------------------------------------------------------

    def _open(self) -> BackupDialog:
        from chat_studio.ui.keeping.backup_dialog import BackupDialog

        if self._dialog is None:
            daily = self._preferences.settings.daily_backup
            dialog = self._dialog = BackupDialog(self._appearance, daily=daily, parent=self._window)
            dialog.create_wanted.connect(lambda target: self._begin_create(dialog, target))
            dialog.restore_wanted.connect(lambda file: self._begin_restore(dialog, file))
            dialog.folder_wanted.connect(lambda: spawn(self._show_folder(), self, "show the backups"))
            dialog.stopped.connect(lambda: self._job.cancel() if self._job is not None else None)
            spawn(self._ask(dialog), self, "backups")
        return self._dialog

    async def _ask(self, dialog: BackupDialog) -> None:
        listing = spawn(self._list(dialog), dialog, "list backups")
        try:
            await ask(dialog)
        finally:
            self._dialog = None
            listing.cancel()

    async def _list(self, dialog: BackupDialog) -> None:
        try:
            dialog.show_backups(await self._backups.list())
        except StudioError as error:
            dialog.show_end(error=error)

    def _begin_create(self, dialog: BackupDialog, target: Path | None) -> None:
        dialog.show_work("Backing up…")
        self._begin(dialog, self._create(dialog, target))

    def _begin_restore(self, dialog: BackupDialog, file: Path) -> None:
        if self._job is None or self._job.done():  # the question may be on its way
            self._begin(dialog, self._restore(dialog, file))

    def _begin(self, dialog: BackupDialog, work: Coroutine[Any, Any, None]) -> None:
        self._job = spawn(work, self, "backups")
        self._job.add_done_callback(lambda job: self._note_stopped(dialog) if job.cancelled() else None)

    def _note_stopped(self, dialog: BackupDialog) -> None:
        if self._dialog is dialog:
            self._stillness.end()
            dialog.show_end("Stopped. Nothing was changed.")

    async def _show_folder(self) -> None:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    # -- what it does ------------------------------------------------------------------------------------

    async def _create(self, dialog: BackupDialog, target: Path | None) -> None:
        try:
            made = await self._backups.create(target, dialog.work.advanced.emit)
        except StudioError as error:
            dialog.show_end(error=error)
        else:
            notes = made.manifest.notes if made.manifest is not None else ()
            dialog.show_end(" ".join((f"Backed up as {made.path}.", *notes)))
            await self._list(dialog)

    async def _restore(self, dialog: BackupDialog, file: Path) -> None:
        from chat_studio.ui.keeping.telling import of_restored

        try:
            if not await self._is_wanted(dialog, file) or not await self._may_leave():
                return
            dialog.show_work("Keeping what is here, and getting the backup ready…")
            await self._stillness.come()
            restored = await self._backups.prepare_restore(file, dialog.work.advanced.emit)
        except StudioError as error:
            self._stillness.end()
            dialog.show_end(error=error)
        else:
            dialog.show_work("Putting it in place…", known=False)
            self._window.restart_requested.emit(of_restored(restored))

    async def _is_wanted(self, dialog: BackupDialog, file: Path) -> bool:
        """Says what will happen, and asks. Raises FileUnusable."""
        from chat_studio.backup.archive import Manifest, opened
        from chat_studio.ui.keeping.restore_question import RestoreQuestion

        def manifest() -> Manifest:
            with opened(file) as archive:
                return archive.manifest

        question = RestoreQuestion(
            await asyncio.to_thread(manifest),
            running=self._stillness.running,
            temporary=self._stillness.temporary,
            parent=dialog,
        )
        return await ask(question) == QMessageBox.StandardButton.Ok
