"""`chat-studio connections test` and `models`: what a server says."""

from __future__ import annotations

import asyncio

import click

from chat_studio.cli import output
from chat_studio.cli.connections_show import as_json, write_table
from chat_studio.cli.model_table import fields, table
from chat_studio.cli.running import run
from chat_studio.connections.doctor import Step, examine
from chat_studio.connections.report import report, title_of
from chat_studio.errors import StudioError
from chat_studio.studio import Studio

_MARKS = {"ok": "✓", "warning": "!", "failed": "✗", "skipped": "–"}
_INDENT = " " * 4


@click.command("test")
@click.argument("connection")
@as_json
@click.option("--words", is_flag=True, help="Show the server's own words, too.")
@click.option("--report", "as_report", is_flag=True, help="Write a text to be copied into a mail; it holds no key.")
@click.pass_obj
def test_command(studio: Studio, connection: str, as_json: bool, words: bool, as_report: bool) -> None:
    """Examine CONNECTION step by step, from the name of its host to an image, and say what to do.

    The exit code is 0 also with warnings (!), which conversations can do without.
    """
    run(studio, _test(studio, connection, as_json=as_json, words=words, as_report=as_report))


@click.command("models")
@click.argument("connection")
@click.argument("model", required=False)
@as_json
@click.pass_obj
def models_command(studio: Studio, connection: str, model: str | None, as_json: bool) -> None:
    """List the models that the server of CONNECTION offers now, or MODEL alone, with what it tells of each."""
    providers = studio.providers
    models = [run(studio, providers.model(connection, model))] if model else run(studio, providers.models(connection))
    if not models:
        output.notice("The server lists no models.")
    if as_json:
        for one in models:
            output.write_json(fields(one))
        return
    write_table(table(models))


async def _test(studio: Studio, name: str, *, as_json: bool, words: bool, as_report: bool) -> None:
    """Writes each step as it ends; a failed one is raised at last, so that it is told as any failure."""
    connection = await asyncio.to_thread(studio.connections.find, name)
    ended: list[Step] = []
    async for step in examine(connection, studio.secrets):
        if step.state == "running":
            continue
        ended.append(step)
        if as_json:
            _write_json(step)
        elif not as_report:
            _write_step(step, words=words)
    if as_report:
        output.write(report(title_of(connection), ended))
    failure: StudioError | None = next((step.error for step in ended if step.error), None)
    if failure:
        raise failure


def _write_json(step: Step) -> None:
    texts = {name: getattr(step, name) for name in ("name", "state", "summary", "seconds", "hint", "detail")}
    output.write_json({key: value for key, value in texts.items() if value not in (None, "")})


def _write_step(step: Step, *, words: bool) -> None:
    """One line, and what to do below it; a failure and its hint are told at the end, on standard error."""
    failed = step.state == "failed"
    took = f"({step.seconds * 1000:,.0f} ms)" if step.seconds is not None else ""
    told = (_MARKS[step.state], f"{step.name:12}", "" if failed else step.summary, took)
    lines = [" ".join(text for text in told if text).rstrip()]
    if step.hint and not failed:
        lines.append(f"{_INDENT}→ {step.hint}")
    if words:
        lines += [f"{_INDENT}{line}" for line in step.detail.splitlines()]
    output.write("\n".join(lines) + "\n")
