"""What a running turn emits. A stream ends with exactly one `Finished`, or raises an `EndpointError`."""

from __future__ import annotations

from dataclasses import dataclass

from chat_studio.messages import FinishReason, ToolCallPart, Usage


@dataclass(frozen=True, slots=True)
class Started:
    """The server accepted the request; `model` is its own name of the model, "" if it did not tell."""

    model: str = ""
    response_id: str = ""


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of reasoning. `replay` is opaque provider data (a signature) that belongs to the reasoning so far."""

    text: str
    replay: object = None


@dataclass(frozen=True, slots=True)
class ReasoningReclassified:
    """All text so far was reasoning: only a closing `</think>` was sent (templates that open the tag themselves)."""


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """The model declines; shown as text."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call while it is written; `index` counts the calls of this answer from 0."""

    index: int
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolCallReady:
    """A whole tool call, its arguments checked to be JSON."""

    call: ToolCallPart


@dataclass(frozen=True, slots=True)
class UsageReported:
    """The request's usage; a later report replaces an earlier one, they are never summed."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Progress:
    """Work before the first token (loading, prompt processing); `fraction` from 0 to 1."""

    label: str
    fraction: float


@dataclass(frozen=True, slots=True)
class Notice:
    """Something was done for the user that they should see: a parameter dropped, a retry, a fallback.

    It stays with the answer, unless it is `passing`: of interest only until the answer comes.
    """

    text: str
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    reason: FinishReason
    raw_reason: str = ""


Event = (
    Started
    | TextDelta
    | ReasoningDelta
    | ReasoningReclassified
    | RefusalDelta
    | ToolCallDelta
    | ToolCallReady
    | UsageReported
    | Progress
    | Notice
    | Finished
)

VISIBLE = (TextDelta, ReasoningDelta, RefusalDelta, ToolCallDelta, ToolCallReady)
"""Events that the user sees; after the first of them a request is never repeated by itself."""
