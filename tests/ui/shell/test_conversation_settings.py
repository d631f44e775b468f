"""System prompt and parameters of a conversation, set in the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit
from ui.shell.desk import Desk

from chat_studio.parameters import NOTHING_SET
from chat_studio.ui.conversation_settings import ConversationSettingsDialog


async def opened(desk: Desk) -> ConversationSettingsDialog:
    desk.click("conversationSettingsButton")
    await desk.until(lambda: desk.window.findChild(ConversationSettingsDialog))
    return desk.find("conversationSettings", ConversationSettingsDialog)


async def closed(desk: Desk, dialog: ConversationSettingsDialog) -> None:
    dialog.accept()
    await desk.until(lambda: not desk.window.findChild(ConversationSettingsDialog))


def write(dialog: ConversationSettingsDialog, name: str, text: str) -> None:
    editor = dialog.findChild(QLineEdit, f"setting_{name}") or dialog.findChild(QPlainTextEdit, f"setting_{name}")
    assert editor is not None
    editor.selectAll()  # type: ignore[union-attr]
    QTest.keyClicks(editor, text)


async def test_what_is_set_before_the_first_question_goes_with_it(desk: Desk) -> None:
    dialog = await opened(desk)
    write(dialog, "system", "Be brief.")
    write(dialog, "temperature", "0.3")
    await closed(desk, dialog)
    await desk.ask_and_wait("Hello")
    stored = (await desk.studio.history.conversation(desk.session.conversation.id)).settings
    assert (stored.system, stored.parameters.temperature) == ("Be brief.", 0.3)
    desk.press("Ctrl+N")
    assert desk.shell.chat.settings == NOTHING_SET


async def test_the_settings_of_an_open_conversation_are_stored_as_they_are_typed(desk: Desk) -> None:
    await desk.ask_and_wait("Hello")
    dialog = await opened(desk)
    write(dialog, "extra", '{"top_k": 3}')
    await desk.until(lambda: desk.session.conversation.settings.parameters.extra == {"top_k": 3})
    QTest.mouseClick(dialog.findChild(QAbstractButton, "resetSettingsButton"), Qt.MouseButton.LeftButton)
    await desk.until(lambda: desk.session.conversation.settings == NOTHING_SET)
    await closed(desk, dialog)
    assert (await desk.studio.history.conversation(desk.session.conversation.id)).settings == NOTHING_SET


async def test_what_cannot_be_used_says_why_and_is_not_stored(desk: Desk) -> None:
    await desk.ask_and_wait("Hello")
    dialog = await opened(desk)
    write(dialog, "top_p", "3")
    write(dialog, "seed", "5")
    assert dialog.field("top_p").reason == "Top p: must be a number from 0 to 1"
    await closed(desk, dialog)
    await desk.until(lambda: desk.session.conversation.settings.parameters.seed == 5)
    assert desk.session.conversation.settings.parameters.top_p is None


async def test_the_button_tells_that_something_is_set(desk: Desk) -> None:
    button = desk.find("conversationSettingsButton", QAbstractButton)
    assert button.toolTip() == "Conversation settings"
    dialog = await opened(desk)
    write(dialog, "seed", "5")
    await closed(desk, dialog)
    assert button.toolTip() == "Conversation settings: some are set"
