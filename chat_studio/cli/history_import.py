"""`chat-studio history import`: conversations from a file of this or another program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from chat_studio.cli import output
from chat_studio.cli.progress import ProgressLine
from chat_studio.cli.running import run
from chat_studio.exchange.importing import Import, ImportReport, Preview, preview
from chat_studio.exchange.losses import Loss
from chat_studio.studio import Studio


@click.command("import")
@click.argument("file")
@click.option("--preview", "only_preview", is_flag=True, help="Tell what is in the file, and take nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def import_command(studio: Studio, file: str, only_preview: bool, as_json: bool) -> None:
    """Take conversations from FILE into the history.

    FILE is an export of ChatGPT or Claude (conversations.json, or the ZIP archive as it was sent), of Open WebUI, or a
    JSON export of Chat Studio. Conversations that are there already get the messages that they lack, nothing else.
    Ctrl+C stops; what was taken until then stays.
    """
    path = Path(file).expanduser()
    if only_preview:
        _tell_preview(run(studio, _preview(studio, path)), as_json=as_json)
        return
    progress = ProgressLine("Importing")
    job = Import(studio.history, path, progress=progress)
    try:
        with progress:
            run(studio, job.run())
    finally:
        if job.report.conversations or job.report.is_complete:
            _tell_report(job.report, as_json=as_json)


async def _preview(studio: Studio, path: Path) -> Preview:
    with ProgressLine("Reading") as progress:
        return await preview(path, studio.history, progress=progress)


def _tell_preview(found: Preview, *, as_json: bool) -> None:
    if as_json:
        samples = [asdict(one) | {"created_at": one.created_at.isoformat()} for one in found.samples]
        times = {"first": found.first and found.first.isoformat(), "last": found.last and found.last.isoformat()}
        output.write_json(asdict(found) | times | {"samples": samples, "losses": _losses(found.losses)})
        return
    told = [_count(found.conversations, "conversation"), _count(found.messages, "message")]
    told += [_count(found.images, "image")] if found.images else []
    output.write(f"From {found.program}: {', '.join(told)}\n")
    if found.first is not None and found.last is not None:
        output.write(f"{found.first.astimezone():%Y-%m-%d} to {found.last.astimezone():%Y-%m-%d}\n")
    if found.known:
        output.write(f"In the history already: {found.known}\n")
    _tell_losses(found.losses)


def _tell_report(report: ImportReport, *, as_json: bool) -> None:
    numbers = {name: getattr(report, name) for name in ("added", "updated", "restored", "known", "messages")}
    if as_json:
        about = {"program": report.program, **numbers, "is_complete": report.is_complete}
        output.write_json(about | {"losses": _losses(report.losses)})
        return
    told = [f"{_count(report.added, 'conversation')} added", _count(report.messages, "message")]
    told += [f"{numbers[name]} {label}" for name, label in _OUTCOMES.items() if numbers[name]]
    output.write(", ".join(told) + ("\n" if report.is_complete else "; the rest was not read\n"))
    _tell_losses(report.losses)


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


_OUTCOMES = {"updated": "updated", "restored": "brought back", "known": "there already"}


def _tell_losses(losses: Iterable[Loss]) -> None:
    for loss in losses:
        examples = "; ".join(loss.examples)
        output.notice(f"{loss.reason} ({loss.count}{f': {examples}' if examples else ''})")


def _losses(losses: Iterable[Loss]) -> list[dict[str, Any]]:
    return [asdict(loss) for loss in losses]
