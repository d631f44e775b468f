"""What the page of adding leads to: stored connections, or a form that is filled in."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.model import Connection
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.adding.choices import Choice
from chat_studio.ui.connections.adding.import_dialog import ImportDialog, Known
from chat_studio.ui.connections.adding.proposal_row import ProposalRow
from chat_studio.ui.connections.desk import Desk
from chat_studio.ui.connections.flow import Flow
from chat_studio.ui.connections.keeper import Keeper
from chat_studio.ui.connections.notices import Notice
from chat_studio.ui.connections.pages import Pages

TOPIC = "added"


class AddingSteps(QObject):
    """Each step takes its turn in the flow.

    Signals:
        use_wanted(str): the connection of this id, which was added just now, shall be talked to.
    """

    use_wanted = Signal(str)

    def __init__(self, desk: Desk, keeper: Keeper, flow: Flow, pages: Pages, appearance: Appearance) -> None:
        super().__init__(flow)
        self._desk = desk
        self._keeper = keeper
        self._flow = flow
        self._pages = pages
        self._appearance = appearance
        flow.added.connect(self._tell_added)

    async def begin(self, *, at_services: bool = False) -> None:
        """Shows the page, with the keys in the address field or in the search over the gallery."""
        if await self._flow.clear():
            self.greet(at_services=at_services)

    def greet(self, *, at_services: bool) -> None:
        """The page is there: leads the keys to where they are wanted."""
        self._pages.notices.dismiss(TOPIC)
        page = self._pages.adding
        page.focus_services() if at_services else page.focus_address()

    async def blank(self, fields: Mapping[str, Any]) -> None:
        """Shows the form of a new connection."""
        await self._flow.start(fields)
        self._pages.focus_field("name")

    async def fill(self, choice: Choice) -> None:
        """Fills the form; the keys go to what is missing, the key."""
        await self._flow.start(choice.fields)
        self._pages.focus_field("api_key" if choice.wants_key else "name")
        if choice.needs:
            self._pages.notices.show_notice(Notice(TOPIC, f"“{choice.title}” cannot be used yet.", hint=choice.needs))

    async def edit(self, fields: Mapping[str, Any], key: str) -> None:
        """Shows the form of what was found, before it is saved."""
        await self._flow.start(fields, key)
        self._pages.adding.reset()
        self._pages.focus_field("name")

    async def save(self, fields: Mapping[str, Any], key: str) -> None:
        """Stores what was found at once; what cannot be stored stays in the form."""
        await self._flow.start(fields, key)
        await self._flow.save()
        self._pages.adding.reset()

    async def bring_in(self) -> None:
        """Asks which connections of the environment shall be added, and stores them."""
        dialog = ImportDialog(self._appearance, self._propose, self._pages.adding.key_place, self._pages.window())
        if not await aio.ask(dialog):
            return
        chosen, left = dialog.chosen, dialog.left
        async with self._flow.turn:
            stored = [row for row in chosen if await self._store(row)]
            await self._flow.reload()
            if stored:
                self._desk.open(self._desk.find(stored[0].proposal.connection.id))
            self._flow.shown.emit()
        skipped = [row for row in chosen if row not in stored] + left
        self._pages.notices.show_notice(Notice(TOPIC, _told("Added", stored), hint=_told("Skipped", skipped)))

    def _tell_added(self, connection_id: str) -> None:
        entry = self._desk.find(connection_id)
        if isinstance(entry, Connection):
            use = Notice(
                TOPIC, f"“{entry.name}” was added.", action="Use it", act=lambda: self.use_wanted.emit(connection_id)
            )
            self._pages.notices.show_notice(use)

    async def _store(self, row: ProposalRow) -> bool:
        proposal = row.proposal
        connection, key = proposal.connection, ""
        if row.moves_key:
            connection = connection.model_copy(update={"api_key": None, "api_key_env_var": ""})
            key = proposal.key
        return await self._keeper.save(connection, None, key) is not None

    async def _propose(self, path: Path | None) -> Sequence[Known]:
        return await asyncio.to_thread(_proposals, path, self._desk.file)


def _proposals(path: Path | None, file: ConnectionFile) -> Sequence[Known]:
    """Imported when it is used: it brings all kinds with it."""
    from chat_studio.connections.environment import proposals, read_env_file, same

    found = proposals(read_env_file(path) if path else os.environ, file.ids)
    alike = [[known.name for known in file.connections if same(proposal.connection, known)] for proposal in found]
    return [(proposal, names[0] if names else "") for proposal, names in zip(found, alike, strict=True)]


def _told(verb: str, rows: Sequence[ProposalRow]) -> str:
    """“Added 2: OpenAI, Ollama.”"""
    names = ", ".join(row.proposal.connection.name for row in rows)
    return f"{verb} {len(rows)}: {names}." if rows else "" if verb == "Skipped" else "Nothing was added."
