from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from chat_studio.events import Event, Notice, ReasoningDelta, ReasoningReclassified, TextDelta
from chat_studio.history.records import ErrorRecord, MessageRecord, MessageState, Timing
from chat_studio.messages import Message, ReasoningPart, Role, TextPart, Usage
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.canvas import COLUMN_WIDTH
from chat_studio.ui.transcript.failure import FailurePanel
from chat_studio.ui.transcript.question import FOLD_LINES, QuestionWidget
from chat_studio.ui.transcript.view import Transcript

MakeRecord = Callable[..., MessageRecord]
WORDS = "Several words in one line that is long enough to be broken into more than one line. " * 3


def at_end(view: Transcript) -> bool:
    return view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def answer(view: Transcript) -> AnswerWidget:
    """The last answer that has a widget."""
    return view.findChildren(AnswerWidget)[-1]


def text_of(widget: AnswerWidget | QuestionWidget) -> str:
    return widget.surface.flow.text(widget.surface.flow.ends())


def running(view: Transcript, make_record: MakeRecord, *events: Event) -> MessageRecord:
    """Adds a question and an answer that streams, and lets it bring `events`."""
    view.add_record(make_record(Role.USER, "Why?"))
    record = make_record(Role.ASSISTANT, state=MessageState.STREAMING, model="tiny")
    view.add_record(record)
    view.grow(record.id, list(events))
    return record


def test_only_messages_near_the_viewport_have_widgets(transcript: Transcript, make_record: MakeRecord) -> None:
    roles = (Role.USER, Role.ASSISTANT)
    transcript.show_records([make_record(roles[n % 2], f"{n} {WORDS}") for n in range(2000)])
    assert at_end(transcript)
    for value in range(0, transcript.verticalScrollBar().maximum(), 20_000):
        transcript.verticalScrollBar().setValue(value)
        widgets = transcript.findChildren(AnswerWidget) + transcript.findChildren(QuestionWidget)
        assert 0 < sum(not widget.isHidden() for widget in widgets) < 60


def test_follows_the_end_until_the_user_scrolls_away(transcript: Transcript, make_record: MakeRecord) -> None:
    record = running(transcript, make_record)
    for _ in range(30):
        transcript.grow(record.id, [TextDelta(WORDS + "\n\n")])
        assert at_end(transcript)
    transcript.verticalScrollBar().setValue(100)
    transcript.grow(record.id, [TextDelta(WORDS + "\n\n")])
    assert transcript.verticalScrollBar().value() == 100
    assert transcript.findChild(QToolButton, "latestButton").isVisible()
    transcript.jump_to_latest()
    transcript.grow(record.id, [TextDelta(WORDS + "\n\n")])
    assert at_end(transcript)


def test_a_question_brings_the_view_back_to_the_end(transcript: Transcript, make_record: MakeRecord) -> None:
    transcript.show_records([make_record(Role.ASSISTANT, f"{n} {WORDS}") for n in range(50)])
    transcript.verticalScrollBar().setValue(0)
    transcript.add_record(make_record(Role.USER, "New question"))
    assert at_end(transcript)


def test_shows_text_while_it_comes_and_figures_when_it_ended(transcript: Transcript, make_record: MakeRecord) -> None:
    record = running(transcript, make_record, TextDelta("Because "), TextDelta("**so**"))
    assert text_of(answer(transcript)) == "Because so"
    assert answer(transcript).surface.width() == answer(transcript).width() == COLUMN_WIDTH
    done = MessageRecord(
        **{
            **record.__dict__,
            "message": Message.of(Role.ASSISTANT, "Because **so**"),
            "state": MessageState.DONE,
            "usage": Usage(input_tokens=1200, output_tokens=20),
            "timing": Timing(0.5, 2.5),
        }
    )
    transcript.change_record(done)
    figures = answer(transcript).findChild(object, "answerFigures").text()
    assert figures == "1,200 tokens in · 20 out    10 tok/s    first token 0.50 s"


def test_reasoning_is_folded_and_can_be_opened(transcript: Transcript, make_record: MakeRecord, qtbot: QtBot) -> None:
    running(transcript, make_record, ReasoningDelta("deep "), ReasoningDelta("thought"), TextDelta("Answer"))
    toggle = answer(transcript).findChild(QPushButton, "reasoningToggle")
    folded = answer(transcript).height()
    qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert answer(transcript).height() > folded
    qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert answer(transcript).height() == folded
    assert text_of(answer(transcript)) == "Answer"


def test_text_before_a_lone_closing_tag_becomes_reasoning(transcript: Transcript, make_record: MakeRecord) -> None:
    running(transcript, make_record, TextDelta("hidden"), ReasoningReclassified(), TextDelta("shown"))
    assert text_of(answer(transcript)) == "shown"
    assert answer(transcript).snapshot().message.parts == (ReasoningPart(text="hidden"), TextPart(text="shown"))


def test_waiting_says_so_and_tells_of_retries(transcript: Transcript, make_record: MakeRecord) -> None:
    record = running(transcript, make_record)
    status = answer(transcript).findChild(object, "answerStatus")
    assert status.isVisible()
    transcript.grow(record.id, [Notice("Rate limited; trying again in 2 s.", passing=True)])
    assert status.text() == "Rate limited; trying again in 2 s."
    transcript.grow(record.id, [TextDelta("x")])
    assert not status.isVisible()


def test_what_was_done_for_an_answer_stays_below_it(transcript: Transcript, make_record: MakeRecord) -> None:
    record = running(transcript, make_record)
    transcript.grow(record.id, [Notice("Sent without “seed”."), Notice("Another server was asked."), TextDelta("x")])
    notes = answer(transcript).findChild(object, "answerNotes")
    assert notes.isVisible()
    assert notes.text() == "Sent without “seed”.\nAnother server was asked."
    assert notes.geometry().top() >= answer(transcript).surface.geometry().bottom()
    parts = answer(transcript).snapshot().message.parts
    assert [part.type for part in parts] == ["notice", "notice", "text"]


def test_the_advice_of_an_error_is_shown_as_text_with_its_commands_and_without_markup(
    transcript: Transcript, make_record: MakeRecord
) -> None:
    error = ErrorRecord("x", "Failed.", "Look into the server's log, or run `ollama <serve>`.", "")
    failed = make_record(Role.ASSISTANT, "", state=MessageState.FAILED, error=error)
    transcript.show_records([failed])
    hint = transcript.findChild(FailurePanel).findChild(QLabel, "failureHint")
    assert hint.textFormat() == Qt.TextFormat.RichText
    shown = QTextDocument()
    shown.setHtml(hint.text())
    assert shown.toPlainText() == "Look into the server's log, or run ollama <serve>."


def test_an_error_stands_under_what_had_come_and_offers_to_try_again(
    transcript: Transcript, make_record: MakeRecord, qtbot: QtBot
) -> None:
    error = ErrorRecord("connection_refused", "Nothing listens there.", "Start the server.", "errno 111")
    failed = make_record(Role.ASSISTANT, "Half", state=MessageState.FAILED, error=error)
    transcript.show_records([make_record(Role.USER, "Why?"), failed])
    panel = transcript.findChild(FailurePanel)
    assert panel.findChild(object, "failureMessage").text() == "Nothing listens there."
    assert panel.findChild(object, "failureHint").text() == "Start the server."
    detail = panel.findChild(object, "failureDetail")
    assert not detail.isVisible()
    qtbot.mouseClick(panel.findChild(QPushButton, "failureDetailButton"), Qt.MouseButton.LeftButton)
    assert detail.isVisible()
    with qtbot.waitSignal(transcript.retry_requested) as asked:
        qtbot.mouseClick(panel.findChild(QPushButton, "retryButton"), Qt.MouseButton.LeftButton)
    assert asked.args == [failed.id]


@pytest.mark.parametrize("state", [MessageState.STOPPED, MessageState.INTERRUPTED])
def test_an_unfinished_answer_says_so(transcript: Transcript, make_record: MakeRecord, state: MessageState) -> None:
    transcript.show_records([make_record(Role.ASSISTANT, "Half an ans", state=state)])
    assert state.value in answer(transcript).findChild(object, "endingWords").text().lower()


def test_a_long_question_is_folded(transcript: Transcript, make_record: MakeRecord, qtbot: QtBot) -> None:
    transcript.show_records([make_record(Role.USER, "\n".join(f"line {n}" for n in range(500)))])
    question = transcript.findChild(QuestionWidget)
    assert text_of(question).count("\n") < FOLD_LINES
    qtbot.mouseClick(question.findChild(QPushButton, "unfoldButton"), Qt.MouseButton.LeftButton)
    assert text_of(question).endswith("line 499")


def test_a_running_answer_that_thinks_does_not_wait(
    transcript: Transcript, make_record: MakeRecord, appearance: Appearance
) -> None:
    running(transcript, make_record, ReasoningDelta("thought"))
    appearance.choose("dark", 14)
    assert answer(transcript).findChild(object, "answerStatus") is None


def test_theme_and_size_change_keep_a_running_answer(
    transcript: Transcript, make_record: MakeRecord, appearance: Appearance
) -> None:
    record = running(transcript, make_record, ReasoningDelta("thought"), TextDelta("First "))
    appearance.choose("dark", 18)
    transcript.grow(record.id, [TextDelta("second")])
    assert text_of(answer(transcript)) == "First second"


def test_narrow_windows_lay_out_narrower(transcript: Transcript, make_record: MakeRecord) -> None:
    transcript.show_records([make_record(Role.ASSISTANT, WORDS)])
    wide = answer(transcript).height()
    transcript.resize(420, 600)
    assert answer(transcript).height() > wide
    assert answer(transcript).width() <= 420


def test_copying_takes_the_selection_or_the_whole_message(
    transcript: Transcript, make_record: MakeRecord, qtbot: QtBot, qapp: object
) -> None:
    transcript.show_records([make_record(Role.ASSISTANT, "Some **bold** words")])
    surface = answer(transcript).surface
    surface.setFocus()
    qtbot.keyClick(surface, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert surface.selected_text() == "Some bold words"
    answer(transcript).copy_message()
    assert qapp.clipboard().text() == "Some **bold** words"  # type: ignore[attr-defined]


def test_what_is_seen_whole_has_no_way_to_its_end(transcript: Transcript, make_record: MakeRecord) -> None:
    transcript.show_records([make_record(Role.ASSISTANT, "A short answer")])
    transcript.find_text("short")
    assert not transcript.findChild(QToolButton, "latestButton").isVisible()
