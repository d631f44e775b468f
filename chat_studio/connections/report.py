"""A connection's test as text, to be copied into a mail or an issue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chat_studio.connections.masking import masked_address
from chat_studio.connections.model import Connection
from chat_studio.connections.steps import State, Step

_MARKS: Mapping[State, str] = {"ok": "ok", "warning": "WARNING", "failed": "FAILED", "running": "running"}


def title_of(connection: Connection) -> str:
    """What was tested: the connection's name and, without passwords, where it leads."""
    return f"{connection.name} ({masked_address(connection.first_address) or connection.provider or connection.model})"


def report(title: str, steps: Iterable[Step]) -> str:
    """One line a step, with what is wrong and the server's words below it. Steps hold no key, so neither does this."""
    lines = [title]
    for step in steps:
        told = ", ".join(text for text in (_MARKS.get(step.state), duration(step)) if text)
        lines.append(f"{step.name}: {told} – {step.summary}" if step.summary else f"{step.name}: {told}")
        lines += [f"    {line}" for text in (step.hint, step.detail) for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def duration(step: Step) -> str:
    """How long it took, with its unit; for a step that was left out, whether for want of use or of success."""
    if step.state == "skipped":
        return "not used" if step.summary else "not tried"
    if step.seconds is None:
        return ""
    milliseconds = step.seconds * 1000
    if milliseconds < 1:
        return "<1 ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{step.seconds:.1f} s"
