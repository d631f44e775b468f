"""Checks the history and repairs it, from the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from chat_studio.errors import HistoryDamaged, StudioError
from chat_studio.history.store import HistoryStore
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.keeping.backing_up import BackingUp
from chat_studio.ui.keeping.stillness import Stillness
from chat_studio.ui.notices import Action
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.ui.keeping.check_dialog import CheckDialog


class Caring(QObject):
    """One dialog at a time; banners that tell of a damaged history offer it. A repair ends with the window's restart,
    since everything that is open is to be read again."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        history: HistoryStore,
        stillness: Stillness,
        backing_up: BackingUp,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._history = history
        self._stillness = stillness
        self._backing_up = backing_up
        self._dialog: CheckDialog | None = None
        window.notices.offer_remedy(HistoryDamaged, Action("Check and repair…", self.open))

    def open(self) -> None:
        """Begins with the check, which changes nothing."""
        if self._dialog is None:
            spawn(self._ask(), self, "check the history")

    async def _ask(self) -> None:
        from chat_studio.ui.keeping.check_dialog import CheckDialog

        dialog = self._dialog = CheckDialog(self._appearance, self._window)
        dialog.repair_wanted.connect(lambda: spawn(self._repair(dialog), self, "repair the history"))
        dialog.backups_wanted.connect(lambda: self._go_to_backups(dialog))
        checking = spawn(self._check(dialog), dialog, "check the history")
        try:
            await ask(dialog)
        finally:
            self._dialog = None
            checking.cancel()

    async def _check(self, dialog: CheckDialog) -> None:
        dialog.show_checking()
        try:
            report = await self._history.check()
        except StudioError as error:
            dialog.show_failure(error)
        else:
            dialog.show_report(report, running=self._stillness.running)

    async def _repair(self, dialog: CheckDialog) -> None:
        dialog.show_repairing()
        try:
            await self._stillness.come()
            report = await self._history.repair()
        except StudioError as error:
            self._stillness.end()
            dialog.show_failure(error)
            return
        if not any(finding.mended for finding in report.findings):
            self._stillness.end()
            dialog.show_report(report)
            return
        from chat_studio.ui.keeping.telling import of_repaired

        self._window.restart_requested.emit([of_repaired(report)])

    def _go_to_backups(self, dialog: CheckDialog) -> None:
        dialog.accept()
        self._backing_up.open_to_restore()
