"""`chat-studio history check`: whether the history is sound, and its repair."""

from __future__ import annotations

from dataclasses import asdict

import click

from chat_studio.cli import output
from chat_studio.cli.main import CONFIGURATION
from chat_studio.cli.running import run
from chat_studio.history.check import Report
from chat_studio.studio import Studio


@click.command("check")
@click.option("--repair", is_flag=True, help="Mend what can be mended, after a copy of the file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def check_command(ctx: click.Context, repair: bool, as_json: bool) -> None:
    """Look for damage in the history. Without --repair nothing is changed.

    The exit code is 4 when something is left that should be mended.
    """
    studio: Studio = ctx.obj
    report = run(studio, studio.history.repair() if repair else studio.history.check())
    if as_json:
        for finding in report.findings:
            output.write_json(asdict(finding))
    else:
        output.write(_told(report, repair=repair))
    if report.kept is not None:
        output.notice(f"The file as it was before is kept: {report.kept}")
    if report.needs_repair:
        ctx.exit(CONFIGURATION)


def _told(report: Report, *, repair: bool) -> str:
    if report.is_clean:
        return "The history is sound.\n"
    lines: list[str] = []
    for finding in report.findings:
        lines += [finding.text, f"  {'✓' if finding.mended else '→'} {finding.remedy}"]
    if report.needs_repair and not repair:
        lines += ["", "To mend it: chat-studio history check --repair"]
    return "\n".join(lines) + "\n"
