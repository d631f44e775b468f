"""`chat-studio history rename`, `move`, `tag`, `pin`, `archive`, `delete`, and what takes them back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import click

from chat_studio.cli.history_named import conversation_named, folder_named, ids_named
from chat_studio.cli.running import run
from chat_studio.history.store import HistoryStore
from chat_studio.studio import Studio

Change = Callable[[HistoryStore, list[str]], Awaitable[object]]

conversations_argument = click.argument("conversations", nargs=-1, required=True, metavar="CONVERSATION...")


@click.command("rename")
@click.argument("conversation")
@click.argument("title")
@click.pass_obj
def rename_command(studio: Studio, conversation: str, title: str) -> None:
    """Give CONVERSATION, an id or its beginning, another TITLE."""

    async def rename() -> None:
        found = await conversation_named(studio.history, conversation)
        await studio.history.retitle(found.id, " ".join(title.split()), "user")

    if not title.strip():
        raise click.UsageError("A title has at least one letter.")
    run(studio, rename())


@click.command("move")
@conversations_argument
@click.option("--to", "folder", metavar="FOLDER", help="Into this folder.")
@click.option("--out", is_flag=True, help="Out of all folders.")
@click.pass_obj
def move_command(studio: Studio, conversations: tuple[str, ...], folder: str | None, out: bool) -> None:
    """Put conversations into a folder, or take them out. A CONVERSATION is an id or its beginning."""
    if (folder is None) == (not out):
        raise click.UsageError("Write --to FOLDER or --out.")

    async def move() -> None:
        target = (await folder_named(studio.history, folder)).id if folder is not None else ""
        await studio.history.move(await ids_named(studio.history, conversations), target)

    run(studio, move())


@click.command("tag")
@conversations_argument
@click.option("--add", multiple=True, metavar="TAG", help="Give this tag; may be repeated.")
@click.option("--remove", multiple=True, metavar="TAG", help="Take this tag away; may be repeated.")
@click.pass_obj
def tag_command(studio: Studio, conversations: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """Give tags to conversations or take them away. A CONVERSATION is an id or its beginning."""
    if not (add or remove):
        raise click.UsageError("Write --add TAG or --remove TAG.")
    _change(studio, conversations, lambda history, ids: history.tag(ids, add, remove))


@click.command("pin")
@conversations_argument
@click.pass_obj
def pin_command(studio: Studio, conversations: tuple[str, ...]) -> None:
    """Keep conversations at the top of the list."""
    _change(studio, conversations, lambda history, ids: history.pin(ids, True))


@click.command("unpin")
@conversations_argument
@click.pass_obj
def unpin_command(studio: Studio, conversations: tuple[str, ...]) -> None:
    """Let pinned conversations take their place by time again."""
    _change(studio, conversations, lambda history, ids: history.pin(ids, False))


@click.command("archive")
@conversations_argument
@click.pass_obj
def archive_command(studio: Studio, conversations: tuple[str, ...]) -> None:
    """Put conversations away: lists and searches leave them out unless they ask for archived ones."""
    _change(studio, conversations, lambda history, ids: history.archive(ids, True))


@click.command("unarchive")
@conversations_argument
@click.pass_obj
def unarchive_command(studio: Studio, conversations: tuple[str, ...]) -> None:
    """Bring archived conversations back."""
    _change(studio, conversations, lambda history, ids: history.archive(ids, False))


@click.command("delete")
@conversations_argument
@click.pass_obj
def delete_command(studio: Studio, conversations: tuple[str, ...]) -> None:
    """Delete conversations. For a while they can be restored by their ids."""

    async def delete(history: HistoryStore, ids: list[str]) -> None:
        for conversation_id in ids:
            await history.delete(conversation_id)

    _change(studio, conversations, delete)


@click.command("restore")
@conversations_argument
@click.pass_obj
def restore_command(studio: Studio, conversations: tuple[str, ...]) -> None:
    """Bring deleted conversations back, as long as they are kept."""

    async def restore(history: HistoryStore, ids: list[str]) -> None:
        for conversation_id in ids:
            await history.restore(conversation_id)

    _change(studio, conversations, restore, deleted=True)


def _change(studio: Studio, beginnings: tuple[str, ...], change: Change, *, deleted: bool = False) -> None:
    """Changes nothing when one of the conversations is not there."""

    async def work() -> None:
        await change(studio.history, await ids_named(studio.history, beginnings, deleted=deleted))

    run(studio, work())
