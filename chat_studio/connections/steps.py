"""The values of an examination: a step as it is shown, and how the work of a step ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from chat_studio.errors import StudioError

State = Literal["running", "ok", "warning", "failed", "skipped"]


@dataclass(frozen=True)
class Step:
    """One step as it begins (`running`) and as it ended. `seconds` is how long it took.

    A `warning` is a step that found something wrong that conversations can do without. `hint` says how to mend what
    is wrong, `detail` holds the server's own words.
    """

    name: str
    state: State
    summary: str = ""
    seconds: float | None = None
    hint: str = ""
    detail: str = ""
    error: StudioError | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Outcome:
    """How a step's work ended, unless it failed: that is a StudioError."""

    state: State
    summary: str
    hint: str = ""
    detail: str = ""


def done(summary: str) -> Outcome:
    return Outcome("ok", summary)


def warned(summary: str, hint: str = "", detail: str = "") -> Outcome:
    return Outcome("warning", summary, hint, detail)


def not_used(summary: str) -> Outcome:
    """For a step that this connection has no use for."""
    return Outcome("skipped", summary)
