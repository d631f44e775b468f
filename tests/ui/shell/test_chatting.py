"""Asking, stopping, switching: with the real session, the real database and the real widgets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from ui.shell.desk import Desk

from chat_studio.history.records import MessageState


async def test_at_start_the_composer_has_the_focus(desk: Desk) -> None:
    assert desk.window.focusWidget() is desk.composer
    assert desk.window.windowTitle() == "Chat Studio"


async def test_enter_sends_and_the_answer_is_shown_and_stored(desk: Desk) -> None:
    await desk.ask_and_wait("What is SSE?")
    assert desk.composer.toPlainText() == ""
    assert desk.window.windowTitle() == "Chat Studio – What is SSE?"
    question, answer = await desk.studio.history.thread(desk.shell.chat.conversation.id)
    assert question.message.text == "What is SSE?"
    assert answer.state is MessageState.DONE
    assert "What is SSE?" in answer.message.text  # the demo quotes


async def test_the_button_sends_as_well(desk: Desk) -> None:
    assert not desk.find("sendButton").isEnabled()
    desk.type("By the button")
    assert desk.find("sendButton").isEnabled()
    desk.click("sendButton")
    await desk.until(lambda: desk.titles == ["By the button"])
    await desk.rest()


async def test_shift_enter_breaks_the_line(desk: Desk) -> None:
    desk.type("one")
    QTest.keyClick(desk.composer, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    desk.type("two")
    assert desk.composer.toPlainText() == "one\ntwo"
    assert desk.titles == []


async def test_blank_text_is_not_sent(desk: Desk) -> None:
    desk.ask("   ")
    assert desk.composer.toPlainText() == "   "
    assert desk.shell.chat.conversation is None


async def test_enter_within_a_composition_does_not_send(desk: Desk) -> None:
    QApplication.sendEvent(desk.composer, QInputMethodEvent("にほ", []))
    QTest.keyClick(desk.composer, Qt.Key.Key_Return)
    assert desk.shell.chat.conversation is None
    commit = QInputMethodEvent()
    commit.setCommitString("日本")
    QApplication.sendEvent(desk.composer, commit)
    QTest.keyClick(desk.composer, Qt.Key.Key_Return)
    await desk.until(lambda: desk.titles == ["日本"])
    await desk.rest()


async def test_escape_stops_and_what_had_come_stays(desk: Desk) -> None:
    desk.use("Slow")
    desk.ask("Slowly")
    await desk.until(lambda: desk.running and desk.answer.message.text)
    desk.press("Esc")
    await desk.until(lambda: not desk.running)
    answer = (await desk.studio.history.thread(desk.shell.chat.conversation.id))[-1]
    assert answer.state is MessageState.STOPPED
    assert answer.message.text


async def test_the_status_line_tells_model_tokens_and_times(desk: Desk) -> None:
    await desk.ask_and_wait("Figures")
    status = desk.find("statusLine", QLabel).text()
    assert status.startswith("demo · ")
    for figure in ("tokens in", "out", "tok/s", "first token"):
        assert figure in status
    assert "–" not in status.partition("first token")[0].partition("tok/s")[0]


async def test_conversations_stream_at_the_same_time_and_switching_shows_what_has_come(desk: Desk) -> None:
    desk.use("Slow")
    desk.ask("First")
    await desk.until(lambda: desk.running)
    desk.press("Ctrl+N")
    assert not desk.running
    desk.ask("Second")
    await desk.until(lambda: desk.titles == ["Second", "First"] and desk.running)
    assert len(desk.studio.sessions.running_ids()) == 2
    desk.choose_conversation("First")
    await desk.until(lambda: desk.window.windowTitle().endswith("First"))
    assert desk.running
    first = desk.answer
    await desk.until(lambda: len(desk.answer.message.text) > len(first.message.text))
    desk.press("Esc")
    await desk.until(lambda: not desk.running)
    assert len(desk.studio.sessions.running_ids()) == 1
    await desk.rest()


async def test_an_answer_that_ends_unseen_is_news_until_it_is_looked_at(desk: Desk) -> None:
    desk.use("Slow")
    desk.ask("Unseen")
    await desk.until(lambda: desk.running)
    unseen = desk.shell.chat.conversation.id
    desk.press("Ctrl+N")
    session = await desk.studio.sessions.open(unseen)
    session.stop()
    await session.wait()
    row = desk.list.model().index(0, 0)
    await desk.until(lambda: row.data(Qt.ItemDataRole.AccessibleTextRole) == "Unseen, new answer")
    desk.choose_conversation("Unseen")
    await desk.until(lambda: row.data(Qt.ItemDataRole.AccessibleTextRole) == "Unseen")


async def test_typed_text_belongs_to_its_conversation(desk: Desk) -> None:
    await desk.ask_and_wait("First")
    desk.type("for the first")
    desk.press("Ctrl+N")
    assert desk.composer.toPlainText() == ""
    desk.type("for a new one")
    desk.choose_conversation("First")
    await desk.until(lambda: desk.composer.toPlainText() == "for the first")
    desk.press("Ctrl+N")
    assert desk.composer.toPlainText() == "for a new one"


async def test_a_failing_endpoint_is_shown_and_can_be_asked_again(desk: Desk) -> None:
    desk.models.setEditText("demo-refuse")
    desk.models.lineEdit().editingFinished.emit()
    await desk.ask_and_wait("Refused")
    assert desk.answer.state is MessageState.FAILED
    assert desk.window.header.connections.state_of("demo") == "bad"
    failed = desk.answer.id
    desk.models.setEditText("demo")
    desk.models.lineEdit().editingFinished.emit()
    desk.transcript.retry_requested.emit(failed)
    await desk.until(lambda: desk.answer.state is MessageState.DONE)
    await desk.until(lambda: desk.window.header.connections.state_of("demo") == "good")


async def test_a_history_that_refuses_is_told_and_the_text_stays(impatient_history: None, desk: Desk) -> None:
    await desk.ask_and_wait("Stored")
    with desk.another_program_writes():
        desk.ask("Not stored")
        await desk.until(lambda: desk.window.notices.texts)
    assert desk.composer.toPlainText() == "Not stored"
    assert len(desk.session.records) == 2


async def test_the_composer_grows_up_to_a_third_of_the_window(desk: Desk) -> None:
    low = desk.composer.height()
    desk.window.composer.set_text("\n".join("line" for _ in range(8)))
    grown = desk.composer.height()
    desk.window.composer.set_text("\n".join("line" for _ in range(200)))
    assert low < grown < desk.composer.height() <= desk.window.height() // 3
