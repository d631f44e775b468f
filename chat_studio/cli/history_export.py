"""`chat-studio history export`: conversations into files."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import click

from chat_studio.cli import output
from chat_studio.cli.history_named import ids_named
from chat_studio.cli.main import PDF
from chat_studio.cli.progress import ProgressLine
from chat_studio.cli.running import run
from chat_studio.exchange.export import ExportReport, ExportWish, export
from chat_studio.exchange.formats import FORMATS, ExportFormat, PdfWriter, export_format
from chat_studio.exchange.outputs import file_name, unused
from chat_studio.history.store import HistoryStore
from chat_studio.studio import Studio

_ALL = "Chat Studio"
"""The name of a file with all conversations."""


@click.command("export")
@click.argument("conversations", nargs=-1, metavar="[CONVERSATION]...")
@click.option("--all", "everything", is_flag=True, help="All conversations, archived ones too.")
@click.option("--deleted", is_flag=True, help="With --all: those that were deleted lately, too.")
@click.option(
    "--format",
    "name",
    type=click.Choice([one.name for one in FORMATS]),
    help="As what (else: as the ending of the output FILE says).",
)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE|DIR",
    help="One file for all, or a folder with one for each (else: a file in the current folder).",
)
@click.pass_context
def export_command(
    ctx: click.Context,
    conversations: tuple[str, ...],
    everything: bool,
    deleted: bool,
    name: str | None,
    target: str | None,
) -> None:
    """Write conversations into files. A CONVERSATION is an id or its beginning.

    A target that is a folder, or ends in a slash, gets a file for each conversation; none that is there is replaced.
    JSON holds everything, all branches and deleted messages too, and can be imported again.
    """
    if bool(conversations) == everything:
        raise click.UsageError("Name conversations, or write --all.")
    if deleted and not everything:
        raise click.UsageError("--deleted goes with --all.")
    form = export_format(name) if name else _by_ending(target or "")
    studio: Studio = ctx.obj
    make = ctx.meta[PDF]
    pdf: PdfWriter | None = make() if make is not None and form.is_pdf else None
    path = Path(target).expanduser() if target else None
    together = path is None or not (str(target).endswith(("/", "\\")) or path.is_dir())
    wish = ExportWish(form, path or Path(), together=together, with_deleted=deleted)
    report = run(studio, _export(studio.history, conversations, wish, pdf))
    for file in report.files:
        output.write(f"{file}\n")


def _by_ending(target: str) -> ExportFormat:
    """The format that a file's name asks for. Raises click.UsageError."""
    for form in FORMATS:
        if target.lower().endswith(form.suffix):
            return form
    raise click.UsageError(f"As what? Write --format {', '.join(one.name for one in FORMATS)}.")


async def _export(
    history: HistoryStore, beginnings: tuple[str, ...], wish: ExportWish, pdf: PdfWriter | None
) -> ExportReport:
    await history.recover()
    ids = await ids_named(history, beginnings)
    if wish.target == Path():
        title = (await history.conversation(ids[0])).title if len(ids) == 1 else _ALL
        wish = replace(wish, target=unused(Path(f"{file_name(title)}{wish.format.suffix}")))
    wish = replace(wish, conversations=tuple(dict.fromkeys(ids)) if ids else None)
    async with AsyncExitStack() as stack:
        if pdf is not None:
            stack.push_async_callback(pdf.aclose)
        progress = stack.enter_context(ProgressLine("Exporting"))
        return await export(history, wish, pdf=pdf, progress=progress)
