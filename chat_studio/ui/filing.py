"""Exchange, backups and the care of the history, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from chat_studio.studio import Studio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.chat import Chat
from chat_studio.ui.composing.drafts import Drafts
from chat_studio.ui.exchanging.exporting import Exporting
from chat_studio.ui.exchanging.importing import Importing
from chat_studio.ui.keeping.backing_up import BackingUp
from chat_studio.ui.keeping.caring import Caring
from chat_studio.ui.keeping.daily import Daily
from chat_studio.ui.keeping.stillness import Stillness
from chat_studio.ui.preferences import Preferences
from chat_studio.ui.shelf import Shelf
from chat_studio.ui.window import MainWindow


class Filing:
    """What takes conversations out of the history and puts them in, for as long as the window lives."""

    def __init__(
        self,
        window: MainWindow,
        appearance: Appearance,
        chat: Chat,
        shelf: Shelf,
        drafts: Drafts,
        studio: Studio,
        preferences: Preferences,
        may_leave: Callable[[], Awaitable[bool]],
    ) -> None:
        """`may_leave` asks about unsaved edits; False if the user wants to stay."""
        history, paths = studio.history, studio.paths
        self.exporting = Exporting(window, appearance, chat, shelf, history, preferences)
        self.importing = Importing(window, appearance, chat, shelf, studio.sessions, history, preferences)
        self.daily = Daily(window, studio.backups, preferences)
        exchanges = (self.exporting.aclose, self.importing.aclose)
        stillness = Stillness(studio.sessions, drafts, self.daily, exchanges)
        self.backing_up = BackingUp(
            window, appearance, studio.backups, paths.backups, stillness, preferences, may_leave
        )
        self.caring = Caring(window, appearance, history, stillness, self.backing_up)

    async def aclose(self) -> None:
        """Ends what runs."""
        await asyncio.gather(self.exporting.aclose(), self.importing.aclose(), self.backing_up.aclose())
        await self.daily.stop()
