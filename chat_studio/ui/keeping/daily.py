"""The daily backup, kept going while the window lives."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject

from chat_studio.backup.service import Backups
from chat_studio.errors import StudioError
from chat_studio.ui.aio import spawn
from chat_studio.ui.preferences import Preferences
from chat_studio.ui.window import MainWindow


class Daily(QObject):
    """Makes one on each day on which something changed, unless the user does not want it; a failure is told once."""

    def __init__(self, window: MainWindow, backups: Backups, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._backups = backups
        self._preferences = preferences
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            keeping = self._backups.keep_daily(lambda: self._preferences.settings.daily_backup, self._tell)
            self._task = spawn(keeping, self, "daily backup")

    async def stop(self) -> None:
        """Ends one that is being made; nothing is left of it."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _tell(self, error: StudioError) -> None:
        self._window.notices.tell(f"Today’s backup could not be made: {error.message}", "warning", hint=error.hint)
