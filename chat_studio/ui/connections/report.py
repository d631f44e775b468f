"""A test's steps as text, to be copied into a mail or an issue."""

from __future__ import annotations

from collections.abc import Iterable

from chat_studio.connections.doctor import Step

_MARKS = {"ok": "ok", "failed": "FAILED", "skipped": "not tried", "running": "stopped"}


def report(title: str, steps: Iterable[Step]) -> str:
    """One line a step, with what failed and the server's words below it. Steps hold no key, so neither does this."""
    lines = [title]
    for step in steps:
        took = duration(step)
        said = f"{step.name}: {_MARKS[step.state]}" + (f" ({took})" if took else "")
        lines.append(f"{said} – {step.summary}" if step.summary else said)
        lines += [f"    {line}" for text in (step.hint, step.detail) for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def duration(step: Step) -> str:
    """How long it took, with its unit; "not tried" for a step that was left out, "" while it runs."""
    if step.state == "skipped":
        return "not tried"
    if step.seconds is None or step.state == "running":
        return ""
    milliseconds = step.seconds * 1000
    if milliseconds < 1:
        return "<1 ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{step.seconds:.1f} s"
