"""Applies the settings, at the start and when they change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from chat_studio.chat.titling import TitleChoice
from chat_studio.connections.model import Connection
from chat_studio.settings import Settings
from chat_studio.studio import Studio
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import DEFAULT_FONT_SIZE, FONT_SIZES, Appearance
from chat_studio.ui.model_source import ModelSource
from chat_studio.ui.preferences import Preferences
from chat_studio.ui.routes import Routes
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.ui.settings_dialog import SettingsDialog

BESIDE_TEXT = 32
"""Pixels by which the composer is wider than the text above it."""


class Options(QObject):
    """One dialog at a time. What is chosen there holds at once, and is stored."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        transcript: Transcript,
        host: MessageHost,
        routes: Routes,
        models: ModelSource,
        studio: Studio,
        preferences: Preferences,
        show_backups: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._transcript = transcript
        self._host = host
        self._routes = routes
        self._models = models
        self._studio = studio
        self._preferences = preferences
        self._show_backups = show_backups
        self._dialog: SettingsDialog | None = None
        self._apply(preferences.settings)

    def open(self) -> None:
        if self._dialog is None:
            spawn(self._ask(), self, "settings")

    def resize_text(self, by: int) -> None:
        """Makes all text larger or smaller by so many pixels; 0 is back to the usual size."""
        size = self._appearance.font_size + by if by else DEFAULT_FONT_SIZE
        if size in FONT_SIZES and size != self._appearance.font_size:
            self._change({"font_size": size})

    def _apply(self, settings: Settings) -> None:
        self._host.opens_reasoning = settings.show_reasoning
        self._transcript.set_column_width(settings.column_width)
        self._window.composer.column.setMaximumWidth(settings.column_width + BESIDE_TEXT)
        self._studio.titler.choice = TitleChoice(settings.titles, settings.title_connection, settings.title_model)

    def _change(self, changes: dict[str, Any]) -> None:
        theme = changes.get("theme", self._appearance.choice)
        self._appearance.choose(theme, changes.get("font_size", self._appearance.font_size))
        self._apply(self._preferences.settings.model_copy(update=changes))
        spawn(self._preferences.change(**changes), self, "settings")

    async def _ask(self) -> None:
        from chat_studio.ui.settings_dialog import SettingsDialog

        kept = await asyncio.to_thread(self._studio.secrets.where)
        paths = self._studio.paths
        facts = [("API keys", kept.sentence), ("Settings", str(paths.config)), ("Conversations", str(paths.data))]
        dialog = SettingsDialog(
            self._appearance, self._preferences.settings, self._routes.usable, self._models_of, facts, self._window
        )
        dialog.changed.connect(self._change)
        dialog.backups_wanted.connect(lambda: self._go_to_backups(dialog))
        self._dialog = dialog
        try:
            await ask(dialog)
        finally:
            self._dialog = None

    async def _models_of(self, connection: Connection) -> Sequence[str]:
        models = self._models.known(connection) or await self._models.fetch(connection)
        return [model.id for model in models]

    def _go_to_backups(self, dialog: SettingsDialog) -> None:
        dialog.accept()
        self._show_backups()
