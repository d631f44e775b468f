"""What commands of the history name: conversations by the beginnings of their ids, folders by name, days."""

from __future__ import annotations

from datetime import date, datetime

import click

from chat_studio.errors import ConversationNotFound, FolderNotFound
from chat_studio.history.fold import fold
from chat_studio.history.query import day_of
from chat_studio.history.records import ConversationRecord, Folder
from chat_studio.history.store import HistoryStore

SHORT_ID = 8
"""Characters of an id that lists show; commands take any beginning that fits one conversation only."""

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


class Day(click.ParamType[date]):
    """A day, or the first one of a month or a year."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        day = day_of(str(value))
        if day is None:
            self.fail(f"“{value}” is no day; write it as in 2026-01-31, 2026-01 or 2026.", param, ctx)
        return day


async def conversation_named(history: HistoryStore, beginning: str, *, deleted: bool = False) -> ConversationRecord:
    """The conversation whose id begins so. Raises ConversationNotFound, and UsageError when there are several."""
    matching = await history.beginning_with(beginning, deleted=deleted)
    if len(matching) > 1 and matching[0].id != beginning:  # an imported id may begin another
        raise click.UsageError(f"“{beginning}” fits {len(matching)} conversations; write more of the id.")
    if not matching:
        raise ConversationNotFound(
            f"There is no conversation “{beginning}” in the history.",
            hint="See which there are: chat-studio history list.",
        )
    return matching[0]


async def ids_named(history: HistoryStore, beginnings: tuple[str, ...], *, deleted: bool = False) -> list[str]:
    return [(await conversation_named(history, beginning, deleted=deleted)).id for beginning in beginnings]


async def folder_named(history: HistoryStore, name: str) -> Folder:
    """The folder of a name, whatever its case, or of an id. Raises FolderNotFound."""
    folders = await history.folders()
    exact = [folder for folder in folders if name in (folder.id, folder.name)]
    alike = [folder for folder in folders if fold(folder.name) == fold(name)]
    if not (exact or alike):
        raise FolderNotFound(
            f"There is no folder “{name}” in the history.", hint="See which there are: chat-studio history folders."
        )
    return (exact or alike)[0]


def local(time: datetime) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M")
