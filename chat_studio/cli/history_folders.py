"""`chat-studio history folders`: where conversations are kept."""

from __future__ import annotations

import click

from chat_studio.cli import output
from chat_studio.cli.history_named import as_json, folder_named
from chat_studio.cli.running import run
from chat_studio.studio import Studio


@click.group("folders", invoke_without_command=True)
@as_json
@click.pass_context
def folders_command(ctx: click.Context, as_json: bool) -> None:
    """List the folders, with the number of their conversations; add, rename and remove them."""
    if ctx.invoked_subcommand is not None:
        return
    studio: Studio = ctx.obj
    for count in run(studio, studio.history.folder_counts()):
        if as_json:
            folder = {"id": count.folder.id, "name": count.folder.name}
            output.write_json(folder | {"conversations": count.conversations})
        else:
            output.write(f"{count.conversations:6}  {count.folder.name}\n")


@folders_command.command("add")
@click.argument("name")
@click.pass_obj
def add_command(studio: Studio, name: str) -> None:
    """Make a folder."""
    _check(name)
    run(studio, studio.history.create_folder(name))


@folders_command.command("rename")
@click.argument("folder")
@click.argument("name")
@click.pass_obj
def rename_command(studio: Studio, folder: str, name: str) -> None:
    """Give FOLDER another NAME."""
    _check(name)

    async def rename() -> None:
        await studio.history.rename_folder((await folder_named(studio.history, folder)).id, name)

    run(studio, rename())


@folders_command.command("remove")
@click.argument("folder")
@click.pass_obj
def remove_command(studio: Studio, folder: str) -> None:
    """Remove FOLDER. Its conversations stay, outside of folders."""

    async def remove() -> None:
        await studio.history.delete_folder((await folder_named(studio.history, folder)).id)

    run(studio, remove())


def _check(name: str) -> None:
    if not name.strip():
        raise click.UsageError("A name has at least one letter.")
