"""What an answer told, in a form that does not depend on how its bytes were cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from chat_studio.events import (
    Event,
    Finished,
    Notice,
    Progress,
    ReasoningDelta,
    ReasoningReclassified,
    RefusalDelta,
    TextDelta,
    ToolCallReady,
    UsageReported,
)

Told = tuple[Any, ...]


def story(events: Iterable[Event]) -> list[Told]:
    """The events as short tuples; pieces of one text are joined, and pieces of tool calls left out."""
    told: list[Told] = []
    for event in events:
        one = _one(event)
        if one is None:
            continue
        if told and one[0] in ("text", "reasoning", "refusal") and told[-1][0] == one[0] and len(told[-1]) == 2:
            told[-1] = (one[0], told[-1][1] + one[1])
        else:
            told.append(one)
    return told


def _one(event: Event) -> Told | None:
    tell = _TELLERS.get(type(event))
    return tell(event) if tell else None


def _reasoning(event: ReasoningDelta) -> Told:
    return ("reasoning", event.text) if event.replay is None else ("reasoning", event.text, event.replay)


_TELLERS: dict[type[Event], Callable[[Any], Told]] = {
    TextDelta: lambda event: ("text", event.text),
    ReasoningDelta: _reasoning,
    ReasoningReclassified: lambda _: ("all that was reasoning",),
    RefusalDelta: lambda event: ("refusal", event.text),
    ToolCallReady: lambda event: ("call", event.call.name, event.call.arguments),
    UsageReported: lambda event: ("usage", event.usage.input_tokens, event.usage.output_tokens),
    Progress: lambda event: ("progress", event.fraction),
    Notice: lambda event: ("notice", event.text),
    Finished: lambda event: ("finished", event.reason.value, event.raw_reason),
}
