"""What is done with messages, in the whole window, down to the database."""

from __future__ import annotations

import base64
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from history.stored import all_of
from PySide6.QtCore import QBuffer, QPointF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QMenu, QPushButton, QToolButton
from ui.shell.desk import FAST, SLOW, Desk

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import FilePart, ImagePart, TextPart
from chat_studio.ui.message_deeds import edited_parts
from chat_studio.ui.transcript.attachments import Thumbnail
from chat_studio.ui.transcript.deeds import Deed
from chat_studio.ui.transcript.footer import AnswerFooter
from chat_studio.ui.transcript.inline_edit import InlineEdit
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.picture_window import PictureWindow
from chat_studio.ui.transcript.versions import VersionSwitcher

PRICED = {**FAST, "id": "priced", "name": "Priced", "price_input": 1000.0, "price_output": 1000.0}
FREE = {**FAST, "id": "free", "name": "Free", "price_input": 0, "price_output": 0}


@pytest.fixture
def entries() -> tuple[dict[str, Any], ...]:
    return (FAST, SLOW, PRICED, FREE)


def messages(desk: Desk) -> list[MessageWidget]:
    """Those that are shown, from top to bottom."""
    return sorted((m for m in desk.transcript.findChildren(MessageWidget) if m.isVisible()), key=MessageWidget.y)


def message_of(desk: Desk, message_id: str) -> MessageWidget:
    """One that may be far from what is visible."""
    desk.transcript.jump_to(message_id)
    return next(message for message in messages(desk) if message.record.id == message_id)


def press(message: MessageWidget, name: str) -> None:
    point = QPointF(5, 5)
    QApplication.sendEvent(message, QEnterEvent(point, point, point))
    button = message.findChild(QToolButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(message: MessageWidget, text: str) -> None:
    """An entry of the menu that was opened last."""
    menu = message.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()
    menu.close()


def switcher(message: MessageWidget) -> str:
    found = message.findChild(VersionSwitcher)
    return found.text if found is not None and found.isVisible() else ""


async def stored(desk: Desk) -> list[MessageRecord]:
    return list(await desk.studio.history.thread(desk.session.conversation.id))


# -- versions ------------------------------------------------------------------------------------------------


async def test_an_answer_is_given_again_and_both_can_be_seen(desk: Desk) -> None:
    await desk.ask_and_wait("Twice")
    first = desk.answer.id
    press(messages(desk)[-1], "regenerateButton")
    choose(messages(desk)[-1], "Same model: demo · Demo")
    await desk.until(lambda: desk.answer.id != first and desk.answer.state is MessageState.DONE)
    await desk.until(lambda: switcher(messages(desk)[-1]) == "2/2" and not desk.running)
    press(messages(desk)[-1], "earlierVersion")
    await desk.until(lambda: desk.answer.id == first and switcher(messages(desk)[-1]) == "1/2")
    assert [record.id for record in await stored(desk)][-1] == first
    QTest.keyClick(messages(desk)[-1].surface, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    await desk.until(lambda: switcher(messages(desk)[-1]) == "2/2")


async def test_another_connection_answers(desk: Desk) -> None:
    await desk.ask_and_wait("Elsewhere")
    press(messages(desk)[-1], "regenerateButton")
    choose(messages(desk)[-1], "demo · Priced")
    await desk.until(lambda: desk.answer.connection_name == "Priced" and desk.answer.state is MessageState.DONE)
    await desk.until(lambda: not desk.running)


async def test_a_question_is_edited_and_asked_anew(desk: Desk) -> None:
    await desk.ask_and_wait("Wrong question")
    press(messages(desk)[0], "editButton")
    field = messages(desk)[0].findChild(InlineEdit).field
    field.selectAll()
    QTest.keyClicks(field, "Right question")
    QTest.keyClick(field, Qt.Key.Key_Return)
    await desk.until(lambda: len(desk.session.records) == 2 and "Right" in desk.session.records[0].message.text)
    await desk.until(lambda: desk.answer.state is MessageState.DONE and not desk.running)
    assert switcher(messages(desk)[0]) == "2/2"
    assert (await stored(desk))[0].message.text == "Right question"
    press(messages(desk)[0], "earlierVersion")
    await desk.until(lambda: desk.session.records[0].message.text == "Wrong question")
    await desk.until(lambda: switcher(messages(desk)[0]) == "1/2")
    assert messages(desk)[0].findChild(InlineEdit) is None


async def test_an_answer_is_edited_and_nobody_is_asked(desk: Desk) -> None:
    await desk.ask_and_wait("Correct this")
    messages(desk)[-1].act(Deed.EDIT)
    field = messages(desk)[-1].findChild(InlineEdit).field
    field.selectAll()
    QTest.keyClicks(field, "Corrected")
    QTest.keyClick(field, Qt.Key.Key_Return)
    await desk.until(lambda: desk.answer.message.text == "Corrected")
    await desk.until(lambda: switcher(messages(desk)[-1]) == "2/2")
    assert not desk.session.running
    assert desk.answer.model == "demo"


async def test_an_edit_that_cannot_be_stored_stays_in_its_field(impatient_history: None, desk: Desk) -> None:
    await desk.ask_and_wait("Stored")
    messages(desk)[0].act(Deed.EDIT)
    field = messages(desk)[0].findChild(InlineEdit).field
    QTest.keyClicks(field, " and more")
    with desk.another_program_writes():
        QTest.keyClick(field, Qt.Key.Key_Return)
        await desk.until(lambda: desk.window.notices.texts)
    assert field.isVisible()
    assert field.text == "Stored and more"
    assert len(desk.session.records) == 2


async def test_up_in_the_empty_composer_edits_the_last_question(desk: Desk) -> None:
    await desk.ask_and_wait("First")
    await desk.ask_and_wait("Last")
    QTest.keyClick(desk.composer, Qt.Key.Key_Up)
    field = desk.window.focusWidget()
    assert field.objectName() == "inlineEdit"
    QTest.keyClicks(field, " but one")
    QTest.keyClick(field, Qt.Key.Key_Return)
    await desk.until(lambda: desk.session.records[2].message.text == "Last but one")
    await desk.until(lambda: desk.window.focusWidget() is desk.composer)
    await desk.session.wait()
    await desk.until(lambda: not desk.running)


def test_attachments_stay_when_a_question_is_edited() -> None:
    file, image = FilePart(name="a", text="b"), ImagePart(url="https://e.com/x.png")
    assert edited_parts((file, TextPart(text="old"), image), "new") == (file, TextPart(text="new"), image)
    assert edited_parts((file,), "new") == (TextPart(text="new"), file)


async def test_escape_in_the_field_does_not_stop_an_answer(desk: Desk) -> None:
    await desk.ask_and_wait("First")
    desk.use("Slow")
    desk.ask("Second")
    await desk.until(lambda: desk.running and desk.answer.message.text)
    desk.shell.surroundings._facts._host.edits[messages(desk)[0].record.id] = "begun before"
    desk.shell.surroundings._facts._host.tell()
    field = messages(desk)[0].findChild(InlineEdit).field
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()  # nothing is changed while an answer runs
    QTest.keyClick(field, Qt.Key.Key_Escape)
    await desk.until(lambda: messages(desk)[0].surface.isVisible())
    assert desk.session.running
    await desk.rest()


# -- going on, deleting, branching ---------------------------------------------------------------------------


async def test_a_stopped_answer_goes_on(desk: Desk) -> None:
    desk.use("Slow")
    desk.ask("Slowly")
    await desk.until(lambda: desk.running and desk.answer.message.text)
    desk.press("Esc")
    await desk.until(lambda: not desk.running)
    half = desk.answer
    desk.click("continueButton")
    await desk.until(lambda: desk.answer.id != half.id and len(desk.answer.message.text) > len(half.message.text))
    assert desk.answer.message.text.startswith(half.message.text)
    await desk.rest()
    await desk.until(lambda: switcher(messages(desk)[-1]) == "2/2")


async def test_deleting_can_be_undone(desk: Desk) -> None:
    await desk.ask_and_wait("To be deleted")
    answer = desk.answer.id
    messages(desk)[-1].act(Deed.DELETE)
    await desk.until(lambda: len(desk.session.records) == 1)
    assert len(await stored(desk)) == 1
    QTest.mouseClick(desk.window.toast.button, Qt.MouseButton.LeftButton)
    await desk.until(lambda: [record.id for record in desk.session.records][1:] == [answer])
    await desk.until(lambda: len(messages(desk)) == 2)


async def test_deleting_can_be_undone_from_elsewhere(desk: Desk) -> None:
    await desk.ask_and_wait("To be deleted")
    session, answer = desk.session, desk.answer.id
    messages(desk)[-1].act(Deed.DELETE)
    await desk.until(lambda: len(session.records) == 1)
    desk.press("Ctrl+N")
    await desk.until(lambda: desk.shell.chat.session is None)
    QTest.mouseClick(desk.window.toast.button, Qt.MouseButton.LeftButton)
    await desk.until(lambda: [record.id for record in session.records][1:] == [answer])


async def test_a_branch_is_a_conversation_of_its_own(desk: Desk) -> None:
    await desk.ask_and_wait("One")
    await desk.ask_and_wait("Two")
    before = desk.session.conversation.id
    press(message_of(desk, desk.session.records[1].id), "branchButton")
    await desk.until(lambda: desk.session.conversation.id != before)
    assert desk.window.windowTitle() == "Chat Studio – One (branch)"
    assert desk.session.records[0].message.text == "One"
    assert len(desk.session.records) == 2
    await desk.until(lambda: "One (branch)" in desk.titles)


async def test_while_an_answer_runs_the_buttons_rest(desk: Desk) -> None:
    await desk.ask_and_wait("First")
    desk.use("Slow")
    desk.ask("Second")
    await desk.until(lambda: desk.running and desk.answer.message.text)
    first = message_of(desk, desk.session.records[1].id)
    press(first, "editButton")
    assert first.findChild(InlineEdit) is None
    assert not first.findChild(QToolButton, "regenerateButton").isEnabled()
    assert first.findChild(QToolButton, "copyButton").isEnabled()
    await desk.rest()
    await desk.until(lambda: first.findChild(QToolButton, "regenerateButton").isEnabled())


# -- what is told --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("connection", "told"), [("Priced", "$"), ("Free", "free"), ("Demo", "")])
async def test_the_cost_of_an_answer(desk: Desk, connection: str, told: str) -> None:
    desk.use(connection)
    await desk.ask_and_wait("How much?")
    footer = messages(desk)[-1].findChild(AnswerFooter)
    await desk.until(lambda: footer.text().rpartition("    ")[2].startswith(told or "first token"))


async def test_an_image_is_read_from_the_history_and_shown_large(desk: Desk) -> None:
    picture = QImage(400, 300, QImage.Format.Format_RGB32)
    for x in range(400):
        for y in range(300):
            picture.setPixelColor(x, y, QColor((x * 7) % 256, (y * 13) % 256, (x * y) % 256))
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert picture.save(buffer, "PNG")
    image = ImagePart(data=base64.b64encode(buffer.data().data()).decode(), name="chart.png")
    session = await desk.studio.sessions.new("demo", "demo")
    await session.send([TextPart(text="Look"), image])
    await session.wait()
    question = (await desk.studio.history.thread(session.conversation.id))[0]
    assert question.message.parts[1].blob  # its bytes are apart
    del session
    await desk.shell.chat.open(question.conversation_id)
    thumbnail = message_of(desk, question.id).findChild(Thumbnail)
    await desk.until(lambda: thumbnail.is_loaded)
    QTest.mouseClick(thumbnail, Qt.MouseButton.LeftButton)
    shown = desk.window.findChild(PictureWindow)
    assert shown.isVisible()
    assert shown.windowTitle() == "chart.png"
    shown.activateWindow()
    await desk.until(shown.isActiveWindow)
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


async def test_reasoning_is_shown_while_it_comes_when_the_settings_say_so(desk: Desk) -> None:
    desk.press("Ctrl+,")
    await desk.until(lambda: desk.window.findChild(QCheckBox, "setting_show_reasoning"))
    box = desk.window.findChild(QCheckBox, "setting_show_reasoning")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    await desk.until(
        lambda: (
            desk.paths.settings.exists()
            and json.loads(desk.paths.settings.read_text(encoding="utf-8")).get("show_reasoning") is True
        )
    )
    desk.window.findChild(QDialog, "settingsDialog").accept()
    desk.use("Slow")
    desk.ask("Think aloud")
    await desk.until(lambda: desk.transcript.findChild(QPushButton, "reasoningToggle"))
    toggle = desk.transcript.findChild(QPushButton, "reasoningToggle")
    assert toggle.accessibleName() == "Thinking…, shown"
    await desk.rest()


# -- reading aloud -------------------------------------------------------------------------------------------


@pytest.fixture
def voice(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of the system's, which writes down what it would say, and goes on for long."""
    spoken = home / "spoken.txt"
    program = home / "programs" / "espeak-ng"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncat > "{spoken}.part" && mv "{spoken}.part" "{spoken}"\nexec sleep 600\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return spoken


@pytest.mark.skipif(os.name == "nt", reason="the program in the place of the voice is a shell script")
async def test_an_answer_is_read_aloud_until_it_is_stopped(voice: Path, desk: Desk) -> None:
    speaker = desk.shell.surroundings.speaker
    await desk.until(lambda: speaker.can_speak)
    await desk.ask_and_wait("Say **this**")
    answer = messages(desk)[-1]
    answer.act(Deed.SPEAK)
    await desk.until(voice.exists)
    assert speaker.speaking == answer.record.id
    assert "**" not in voice.read_text(encoding="utf-8")
    answer.act(Deed.SPEAK)
    await desk.until(lambda: not speaker.speaking)
    answer.act(Deed.SPEAK)
    await desk.until(lambda: speaker.speaking)
    desk.press("Ctrl+N")
    assert not speaker.speaking


# -- conversations -------------------------------------------------------------------------------------------


async def test_of_a_temporary_conversation_nothing_is_stored(desk: Desk) -> None:
    desk.shell.chat.start_temporary()
    assert desk.find("temporaryNote").isVisible()
    assert desk.window.focusWidget() is desk.composer
    await desk.ask_and_wait("A secret")
    assert desk.session.temporary
    assert desk.find("temporaryNote").isVisible()
    assert await all_of(desk.studio.history) == []
    messages(desk)[-1].act(Deed.BRANCH)
    desk.press("Ctrl+N")
    assert not desk.find("temporaryNote").isVisible()
    await desk.ask_and_wait("No secret")
    assert [record.title for record in await all_of(desk.studio.history)] == ["No secret"]


async def test_a_conversation_is_shown_where_its_reader_was(desk: Desk) -> None:
    for number in range(4):
        await desk.ask_and_wait(f"Question {number} {'with words ' * 30}")
    name = desk.session.conversation.id
    bar = desk.transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    seen = desk.transcript.place()
    assert seen is not None
    desk.press("Ctrl+N")
    await desk.until(lambda: desk.shell.chat.conversation is None)
    await desk.shell.chat.open(name)
    await desk.until(lambda: (here := desk.transcript.place()) and here.message_id == seen.message_id)
    assert desk.transcript.place().box == seen.box
    assert (await desk.studio.history.desk(name)).place == str(seen)
    desk.transcript.jump_to_latest()
    desk.press("Ctrl+N")
    await desk.shell.chat.open(name)
    await desk.until(lambda: bar.value() == bar.maximum())
