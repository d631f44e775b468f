"""From journal pieces to parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_studio.history.journal import assemble, joined, mended
from chat_studio.history.records import JournalPiece
from chat_studio.messages import Part, ReasoningPart, TextPart, ToolCallPart

CALL = ToolCallPart(id="call_1", name="add", arguments='{"a": "é"}', replay={"x": 1})


def pieces(*pairs: tuple[str, str]) -> list[JournalPiece]:
    return [JournalPiece(kind, text) for kind, text in pairs]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("journal", "parts"),
    [
        (pieces(), ()),
        (pieces(("text", "a"), ("text", "b")), (TextPart(text="ab"),)),
        (
            pieces(("reasoning", "h"), ("reasoning", "m"), ("reasoned", "1.25"), ("text", "a")),
            (ReasoningPart(text="hm", seconds=1.25), TextPart(text="a")),
        ),
        (
            pieces(("reasoning", "1"), ("replay", '"sig 1"'), ("reasoning", "2"), ("replay", '"sig 2"'), ("text", "a")),
            (ReasoningPart(text="1", replay="sig 1"), ReasoningPart(text="2", replay="sig 2"), TextPart(text="a")),
        ),
        (pieces(("replay", '{"redacted": 1}')), (ReasoningPart(replay={"redacted": 1}),)),
        (
            pieces(("text", "a"), ("tool_call", CALL.model_dump_json()), ("text", "b")),
            (TextPart(text="a"), CALL, TextPart(text="b")),
        ),
        (
            pieces(("text", "thought"), ("reclassified", ""), ("reasoned", "2.0"), ("text", "answer")),
            (ReasoningPart(text="thought", seconds=2.0), TextPart(text="answer")),
        ),
        (
            pieces(("reasoning", "1"), ("reasoned", "1.0"), ("text", "a"), ("reasoning", "2"), ("reasoned", "3.0")),
            (ReasoningPart(text="1", seconds=1.0), TextPart(text="a"), ReasoningPart(text="2", seconds=3.0)),
        ),
        (pieces(("text", "\ud83d"), ("text", "\ude00")), (TextPart(text="😀"),)),
        (pieces(("text", "lone \ud83d"), ("tool_call", CALL.model_dump_json())), (TextPart(text="lone \ufffd"), CALL)),
    ],
)
def test_parts_of_a_journal(journal: list[JournalPiece], parts: tuple[Part, ...]) -> None:
    assert assemble(journal) == parts


kinds = st.sampled_from(["text", "reasoning", "reclassified"])


@given(st.lists(st.builds(JournalPiece, kinds, st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))))
def test_joining_changes_nothing(journal: list[JournalPiece]) -> None:
    assert assemble(joined(journal)) == assemble(journal)


@given(st.text(alphabet=st.characters()))
def test_mended_text_can_be_stored_and_whole_text_stays(text: str) -> None:
    mended(text).encode()
    whole = text.encode("utf-8", "ignore").decode()
    assert mended(whole) == whole
