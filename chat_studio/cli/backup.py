"""`chat-studio backup`: everything in one file, and back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from chat_studio.backup import folder, restore
from chat_studio.backup.create import create
from chat_studio.backup.folder import Backup
from chat_studio.cli import output
from chat_studio.studio import Studio

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
def command() -> None:
    """Keep conversations, settings and connections in one file, and get them back. Keys are never in it."""


@command.command("create")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@as_json
@click.pass_obj
def create_command(studio: Studio, file: Path | None, as_json: bool) -> None:
    """Make a backup as FILE, else in the home's folder for them. Answers may be coming meanwhile."""
    made = create(studio.paths, file.absolute() if file else None)
    for note in made.manifest.notes if made.manifest else ():
        output.notice(note)
    if as_json:
        output.write_json(_object(made))
    else:
        output.write(f"{made.path}\n{_content(made)}\n")


@command.command("list")
@as_json
@click.pass_obj
def list_command(studio: Studio, as_json: bool) -> None:
    """List the backups in the home's folder, the newest first."""
    for found in folder.backups(studio.paths.backups):
        if as_json:
            output.write_json(_object(found))
        else:
            output.write(f"{_time(found)}  {_size(found.size):>9}  {found.path.name}  {_content(found)}\n")


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def restore_command(studio: Studio, file: Path, yes: bool) -> None:
    """Put the content of FILE, a path or a name of the list, in place of what there is.

    What there is is kept as a backup first. All windows of Chat Studio must be closed.
    """
    path = file if file.exists() or file.parent != Path() else studio.paths.backups / file
    if not yes:
        click.confirm("Put this backup in place of all conversations, settings and connections?", abort=True, err=True)
    done = restore.restore(studio.paths, path.absolute())
    output.write(f"Restored {done.manifest.conversations:,} conversations of {_local(done.manifest.created_at)}.\n")
    if done.kept is not None:
        output.notice(f"What was there before is kept: {done.kept}")
    for name in done.without_keys:
        output.notice(f"“{name}” needs its key again: a backup holds none.")


def _object(found: Backup) -> dict[str, object]:
    facts = found.manifest.model_dump(mode="json") if found.manifest else {"problem": found.problem}
    return {"path": str(found.path), "size": found.size, **facts}


def _content(found: Backup) -> str:
    if found.manifest is None:
        return found.problem
    conversations, messages = found.manifest.conversations, found.manifest.messages
    return f"{conversations:,} conversations, {messages:,} messages"


def _time(found: Backup) -> str:
    return _local(found.manifest.created_at) if found.manifest else f"{'–':16}"


def _local(time: datetime) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"
