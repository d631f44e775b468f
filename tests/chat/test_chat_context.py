"""What the model gets to read, and what a conversation is called."""

from __future__ import annotations

from dataclasses import replace

import pytest
from history.records_for_tests import answer, question

from chat_studio.chat.context import messages_for
from chat_studio.chat.titles import title_of
from chat_studio.history.records import ErrorRecord, MessageState
from chat_studio.messages import FilePart, ImagePart, Message, Part, ReasoningPart, Role, TextPart, ToolCallPart

ASKED = question("c", "first?")
CALL = ToolCallPart(id="call_1", name="add")


@pytest.mark.parametrize(
    ("text", "fields", "kept"),
    [
        ("whole", {}, True),
        ("part", {"state": MessageState.STOPPED}, True),
        ("part", {"state": MessageState.INTERRUPTED}, True),
        ("part", {"state": MessageState.FAILED, "error": ErrorRecord("stalled", "It fell silent.")}, False),
        ("", {}, False),
        ("  \n", {"state": MessageState.STOPPED}, False),
    ],
)
def test_answers_that_count(text: str, fields: dict[str, object], kept: bool) -> None:
    told = answer("c", text, ASKED, **fields)
    again = question("c", "second?", told)
    expected = [ASKED.message, told.message, again.message] if kept else [ASKED.message, again.message]
    assert list(messages_for([ASKED, told, again])) == expected


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        ((TextPart(text="a"), CALL), (TextPart(text="a"),)),
        (
            (ReasoningPart(text="r", replay="s"), TextPart(text="a")),
            (ReasoningPart(text="r", replay="s"), TextPart(text="a")),
        ),
        ((ReasoningPart(text="r"), CALL), None),
    ],
)
def test_calls_without_results_are_left_out(parts: tuple[Part, ...], kept: tuple[Part, ...] | None) -> None:
    told = answer("c", "", ASKED)
    told = replace(told, message=Message(role=Role.ASSISTANT, parts=parts))
    messages = messages_for([ASKED, told])
    assert [message.parts for message in messages[1:]] == ([kept] if kept else [])


def test_the_system_prompt_comes_first() -> None:
    assert [m.role for m in messages_for([ASKED], "Be brief.")] == [Role.SYSTEM, Role.USER]
    assert [m.role for m in messages_for([ASKED], "  ")] == [Role.USER]


@pytest.mark.parametrize(
    ("parts", "title"),
    [
        ((TextPart(text="Why?"),), "Why?"),
        ((TextPart(text="\n\n  Two \t words \nmore"),), "Two words"),
        ((TextPart(text="x" * 81),), "x" * 79 + "…"),
        ((TextPart(text="x" * 80),), "x" * 80),
        ((ImagePart(name="cat.png"), TextPart(text=" ")), "cat.png"),
        ((FilePart(name="a.txt", text="long"), TextPart(text="Read this")), "Read this"),
        ((ImagePart(),), "New conversation"),
    ],
)
def test_titles(parts: tuple[Part, ...], title: str) -> None:
    assert title_of(Message(role=Role.USER, parts=parts)) == title
