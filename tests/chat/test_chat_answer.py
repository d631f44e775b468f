"""Folding events into an answer."""

from __future__ import annotations

import pytest

from chat_studio.chat.answer import AnswerBuilder
from chat_studio.events import (
    Event,
    Finished,
    Notice,
    Progress,
    ReasoningDelta,
    ReasoningReclassified,
    RefusalDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    ToolCallReady,
    UsageReported,
)
from chat_studio.history.journal import assemble, joined
from chat_studio.messages import FinishReason, NoticePart, Part, ReasoningPart, TextPart, ToolCallPart, Usage

CALL = ToolCallPart(id="call_1", name="add", arguments='{"a": "\ud83d\ude00"}')
MENDED_CALL = ToolCallPart(id="call_1", name="add", arguments='{"a": "😀"}')


class Clock:
    """Seconds that pass only between events."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def built(*events: Event) -> AnswerBuilder:
    """An answer whose request was sent at 0 s, and whose events came after 1 s, 2 s …; it ends with the last."""
    clock = Clock()
    answer = AnswerBuilder(clock)
    clock.time += 50
    answer.start()
    for event in events:
        clock.time += 1
        answer.add(event)
    answer.end()
    return answer


@pytest.mark.parametrize(
    ("events", "parts"),
    [
        ([], ()),
        ([TextDelta("a"), TextDelta(""), TextDelta("b")], (TextPart(text="ab"),)),
        ([RefusalDelta("no"), TextDelta("!")], (TextPart(text="no!"),)),
        (
            [ReasoningDelta("h"), ReasoningDelta("m"), TextDelta("a")],
            (ReasoningPart(text="hm", seconds=2), TextPart(text="a")),
        ),
        ([ReasoningDelta("h"), ReasoningDelta("m")], (ReasoningPart(text="hm", seconds=1),)),
        (
            [ReasoningDelta("h"), ReasoningDelta("", replay={"signature": "s"}), TextDelta("a")],
            (ReasoningPart(text="h", seconds=2, replay={"signature": "s"}), TextPart(text="a")),
        ),
        (
            [ReasoningDelta("h"), TextDelta("a"), ReasoningDelta("", replay={"reasoning_details": [1]})],
            (ReasoningPart(text="h", seconds=1, replay={"reasoning_details": [1]}), TextPart(text="a")),
        ),
        (
            [ReasoningDelta("", replay=["redacted"]), ReasoningDelta("h"), TextDelta("a")],
            (ReasoningPart(replay=["redacted"]), ReasoningPart(text="h", seconds=1), TextPart(text="a")),
        ),
        (
            [Started("m"), TextDelta("t"), TextDelta("t"), ReasoningReclassified(), TextDelta("a")],
            (ReasoningPart(text="tt", seconds=2), TextPart(text="a")),
        ),
        (
            [ReasoningDelta("h"), ToolCallDelta(0, "add", "{"), ToolCallReady(CALL)],
            (ReasoningPart(text="h", seconds=1), MENDED_CALL),
        ),
        ([TextDelta("a \ud83d"), TextDelta("\ude00 b")], (TextPart(text="a 😀 b"),)),
        ([Notice("n", passing=True), Progress("loading", 0.5), Finished(FinishReason.STOP)], ()),
        ([Notice("n"), Notice("o"), TextDelta("a")], (NoticePart(text="n"), NoticePart(text="o"), TextPart(text="a"))),
    ],
)
def test_parts(events: list[Event], parts: tuple[Part, ...]) -> None:
    answer = built(*events)
    assert answer.parts() == parts
    assert assemble(joined(answer.unjournalled())) == parts, "the journal amounts to the same"


def test_what_else_is_learnt() -> None:
    answer = built(
        Started("server's name"),
        UsageReported(Usage(input_tokens=1)),
        TextDelta("a"),
        UsageReported(Usage(input_tokens=1, output_tokens=2)),
        Finished(FinishReason.LENGTH, "max_tokens"),
    )
    assert answer.model == "server's name"
    assert answer.usage == Usage(input_tokens=1, output_tokens=2)
    assert answer.finish_reason is FinishReason.LENGTH


@pytest.mark.parametrize(
    ("events", "first"),
    [
        ([Started("m"), TextDelta("a"), TextDelta("b")], 2),
        ([ReasoningDelta("a"), TextDelta("b")], 1),
        ([Started("m"), Progress("x", 0.1), ToolCallDelta(0, "f", "")], 3),
        ([Started("m"), Finished(FinishReason.STOP)], None),
    ],
)
def test_time_to_first_token_counts_from_the_request(events: list[Event], first: float | None) -> None:
    timing = built(*events).timing()
    assert (timing.first_token, timing.total) == (first, len(events))


def test_journalled_pieces_do_not_come_again() -> None:
    answer = built(TextDelta("a"), TextDelta("b"))
    assert answer.has_unjournalled
    answer.mark_journalled(len(answer.unjournalled()))
    assert not answer.has_unjournalled
    answer.add(TextDelta("c"))
    assert [piece.text for piece in answer.unjournalled()] == ["c"]
    assert answer.parts() == (TextPart(text="abc"),)
