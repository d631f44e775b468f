"""Tool calls in an answer: while they are written, asked for, done and failed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from chat_studio.events import TextDelta, ToolCallDelta, ToolCallReady
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Message, Part, Role, TextPart, ToolCallPart, ToolResultPart
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.tool_card import CallState, ToolCard
from chat_studio.ui.transcript.tool_line import CardLine
from chat_studio.ui.transcript.view import Transcript

MakeRecord = Callable[..., MessageRecord]
CALL = ToolCallPart(id="c1", name="calculator", arguments='{"expression": "286 / 61"}')


def shown(transcript: Transcript, make_record: MakeRecord, *parts: Part, role: Role = Role.ASSISTANT) -> AnswerWidget:
    transcript.show_records([make_record(Role.USER, "Why?"), make_record(role, parts=parts)])
    return transcript.findChildren(AnswerWidget)[-1]


def streaming(transcript: Transcript, make_record: MakeRecord) -> MessageRecord:
    record = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    transcript.add_record(record)
    return record


def line(answer: AnswerWidget) -> CardLine:
    return answer.findChildren(CardLine)[-1]


def text_of(surface: FlowSurface) -> str:
    surface.select_all()
    return surface.selected_text()


def test_a_card_names_the_tool_its_arguments_and_its_state(transcript: Transcript, make_record: MakeRecord) -> None:
    answer = shown(transcript, make_record, CALL)
    assert (line(answer).name, line(answer).summary) == ("calculator", "286 / 61")
    assert line(answer).state == CallState.ASKED.value
    assert line(answer).accessibleName() == "Tool calculator, asked for, not run, folded"


def test_several_arguments_are_named(transcript: Transcript, make_record: MakeRecord) -> None:
    call = CALL.model_copy(update={"arguments": '{"query": "sse", "limit": 5}'})
    assert line(shown(transcript, make_record, call)).summary == "query: sse, limit: 5"


def test_a_result_is_told_in_short_and_shown_when_the_card_is_opened(
    transcript: Transcript, make_record: MakeRecord
) -> None:
    answer = shown(transcript, make_record, CALL, ToolResultPart(call_id="c1", content="4.6885"))
    (card,) = answer.findChildren(ToolCard)
    assert line(answer).state == "4.6885"
    folded = answer.height()
    QTest.mouseClick(line(answer), Qt.MouseButton.LeftButton)
    assert answer.height() > folded
    (surface,) = card.findChildren(FlowSurface)
    opened = text_of(surface)
    assert '"expression": "286 / 61"' in opened
    assert "4.6885" in opened
    QTest.mouseClick(line(answer), Qt.MouseButton.LeftButton)
    assert answer.height() == folded


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_card_opens_by_the_keyboard(transcript: Transcript, make_record: MakeRecord, key: Qt.Key) -> None:
    answer = shown(transcript, make_record, CALL)
    QTest.keyClick(line(answer), key)
    assert line(answer).accessibleName().endswith("shown")


def test_a_failed_call_says_so_and_long_results_are_not_told_in_short(
    transcript: Transcript, make_record: MakeRecord
) -> None:
    failed = ToolResultPart(call_id="c1", content="no such file", is_error=True)
    assert line(shown(transcript, make_record, CALL, failed)).state == "failed"
    long = ToolResultPart(call_id="c1", content="word " * 100)
    assert line(shown(transcript, make_record, CALL, long)).state == "done"


def test_a_later_event_gives_state_result_and_time(transcript: Transcript, make_record: MakeRecord) -> None:
    (card,) = shown(transcript, make_record, CALL).findChildren(ToolCard)
    (head,) = card.findChildren(CardLine)
    card.show_state(CallState.RUNNING)
    assert head.state == "running…"
    card.take_result(ToolResultPart(call_id="c1", content="4.6885"), 0.0021)
    assert head.state == "4.6885 · 2 ms"


def test_a_result_that_stands_alone_has_a_card(transcript: Transcript, make_record: MakeRecord) -> None:
    result = ToolResultPart(call_id="elsewhere", name="search", content="found")
    answer = shown(transcript, make_record, result, role=Role.TOOL)
    assert (line(answer).name, line(answer).state) == ("search", "found")


def test_parts_stand_in_the_order_in_which_they_came(transcript: Transcript, make_record: MakeRecord) -> None:
    answer = shown(transcript, make_record, TextPart(text="Before."), CALL, TextPart(text="After."))
    (card,) = answer.findChildren(ToolCard)
    before, after = sorted(answer.findChildren(FlowSurface), key=FlowSurface.y)
    assert before.geometry().bottom() < card.y() < card.geometry().bottom() < after.y()
    assert (text_of(before), text_of(after)) == ("Before.", "After.")


def test_a_call_is_shown_while_it_is_written(transcript: Transcript, make_record: MakeRecord) -> None:
    record = streaming(transcript, make_record)
    transcript.grow(record.id, [TextDelta("Let me see."), ToolCallDelta(0, "calculator", '{"expression"')])
    answer = transcript.findChildren(AnswerWidget)[-1]
    head = line(answer)
    assert (head.name, head.state) == ("calculator", "being written…")
    QTest.mouseClick(head, Qt.MouseButton.LeftButton)
    transcript.grow(record.id, [ToolCallDelta(0, "calculator", ': "286 / 61"}')])
    (card,) = answer.findChildren(ToolCard)
    assert '{"expression": "286 / 61"}' in text_of(card.findChildren(FlowSurface)[-1])
    transcript.grow(record.id, [ToolCallReady(CALL)])
    assert answer.findChildren(ToolCard) == [card]
    assert (head.summary, head.state) == ("286 / 61", "asked for, not run")
    assert [part.type for part in answer.snapshot().message.parts] == ["text", "tool_call"]


def test_a_call_that_was_cut_off_says_so(transcript: Transcript, make_record: MakeRecord) -> None:
    record = streaming(transcript, make_record)
    transcript.grow(record.id, [ToolCallDelta(0, "calculator", '{"expr')])
    stopped = {**record.__dict__, "state": MessageState.STOPPED, "message": Message(role=Role.ASSISTANT)}
    transcript.change_record(MessageRecord(**stopped))
    assert line(transcript.findChildren(AnswerWidget)[-1]).state == "not finished"


def test_arguments_that_are_no_json_are_shown_as_they_are(transcript: Transcript, make_record: MakeRecord) -> None:
    call = CALL.model_copy(update={"arguments": "```\n286"})
    answer = shown(transcript, make_record, call)
    QTest.mouseClick(line(answer), Qt.MouseButton.LeftButton)
    (card,) = answer.findChildren(ToolCard)
    assert "```\n286" in text_of(card.findChildren(FlowSurface)[-1])
