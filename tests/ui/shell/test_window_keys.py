"""The keys of the contract, the palette, find, settings, and names for those who cannot see."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QWidget
from ui.shell.desk import Desk

from chat_studio.ui.palette import score
from chat_studio.ui.settings_dialog import SettingsDialog

NAMES = (
    "connectionSelector",
    "modelSelector",
    "composer",
    "sendButton",
    "stopButton",
    "transcript",
    "conversationList",
    "searchField",
    "newConversationButton",
)


@pytest.mark.parametrize("name", NAMES)
async def test_a_control_of_the_contract_is_there_once_and_has_a_name(desk: Desk, name: str) -> None:
    (found,) = desk.window.findChildren(QWidget, name)
    assert found.accessibleName()


async def test_every_control_has_an_accessible_name(desk: Desk) -> None:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit)
    controls = [found for kind in kinds for found in desk.window.findChildren(kind)]
    assert len(controls) > 10
    assert [
        found for found in controls if not found.accessibleName() and not found.objectName().startswith("qt_")
    ] == []


async def test_ctrl_n_begins_a_new_conversation(desk: Desk) -> None:
    await desk.ask_and_wait("Old")
    desk.list.setFocus()
    desk.press("Ctrl+N")
    assert desk.window.windowTitle() == "Chat Studio"
    assert desk.window.focusWidget() is desk.composer
    assert desk.titles == ["Old"]


async def test_what_is_typed_into_the_conversation_goes_into_the_composer(desk: Desk) -> None:
    await desk.ask_and_wait("Old")
    transcript = desk.find("transcript", QWidget)
    transcript.setFocus()
    QTest.keyClick(transcript, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)  # this asks for something else
    assert desk.composer.toPlainText() == ""
    QTest.keyClick(transcript, "N")
    QTest.keyClicks(desk.window.focusWidget(), "ext")
    assert desk.composer.toPlainText() == "Next"


async def test_what_is_typed_after_a_click_on_a_conversation_is_for_that_one(desk: Desk) -> None:
    await desk.ask_and_wait("Think")
    desk.press("Ctrl+N")
    await desk.ask_and_wait("Other")
    desk.list.setFocus()
    QTest.keyClick(desk.list, "t")
    QTest.keyClicks(desk.window.focusWidget(), "hink")
    assert desk.composer.toPlainText() == "think"
    assert desk.session.records[0].message.text == "Other"


async def test_the_keyboard_may_pass_through_the_list_without_opening_anything(desk: Desk) -> None:
    await desk.ask_and_wait("Old")
    desk.press("Ctrl+N")
    desk.list.setFocus(Qt.FocusReason.TabFocusReason)
    desk.composer.setFocus()
    assert desk.shell.chat.conversation is None
    desk.list.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(desk.list, Qt.Key.Key_Return)
    await desk.until(lambda: desk.shell.chat.conversation is not None)


async def test_ctrl_l_opens_the_connections(desk: Desk) -> None:
    desk.press("Ctrl+L")
    assert desk.connections.view().isVisible()
    desk.connections.hidePopup()


async def test_the_palette_goes_anywhere(desk: Desk) -> None:
    await desk.ask_and_wait("Parsing events")
    desk.press("Ctrl+N")
    desk.press("Ctrl+K")
    field = desk.find("paletteField", QLineEdit)
    assert field.isVisible()
    QTest.keyClicks(field, "prsev")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    await desk.until(lambda: desk.window.windowTitle().endswith("Parsing events"))


async def test_the_palette_chooses_a_connection_and_gives_the_focus_back(desk: Desk) -> None:
    desk.press("Ctrl+K")
    field = desk.find("paletteField", QLineEdit)
    QTest.keyClicks(field, "use slow")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.connections.currentText() == "Slow"
    assert desk.window.focusWidget() is desk.composer


async def test_escape_closes_the_palette_and_stops_nothing(desk: Desk) -> None:
    desk.use("Slow")
    desk.ask("Going on")
    await desk.until(lambda: desk.running)
    desk.press("Ctrl+K")
    field = desk.find("paletteField", QLineEdit)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert desk.running
    await desk.rest()


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("set", "Settings", "Search all conversations about tea"),
        ("nc", "New conversation", "Find in this conversation"),
        ("demo", "Use Demo", "Delete model"),
    ],
)
def test_beginnings_of_words_and_neighbours_count_more(typed: str, better: str, worse: str) -> None:
    assert score(typed, better) > score(typed, worse)


def test_letters_in_another_order_do_not_fit() -> None:
    assert score("zx", "Settings") == 0


async def test_find_goes_through_the_conversation(desk: Desk) -> None:
    await desk.ask_and_wait("Needle here")
    desk.press("Ctrl+F")
    field = desk.find("findField", QLineEdit)
    QTest.keyClicks(field, "needle")
    await desk.until(lambda: " of " in desk.window.find_bar.count_text)
    number, _, count = desk.window.find_bar.count_text.partition(" of ")
    assert number == "1"
    assert int(count) >= 2  # the question, and the demo that quotes it
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.window.find_bar.count_text == f"2 of {count}"
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert desk.window.find_bar.count_text == f"1 of {count}"
    QTest.keyClicks(field, "zzz")
    await desk.until(lambda: desk.window.find_bar.count_text == "Not found")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not desk.window.find_bar.isVisible()
    assert desk.window.focusWidget() is desk.composer


async def test_settings_apply_at_once_and_are_stored(desk: Desk) -> None:
    desk.press("Ctrl+,")
    await desk.until(lambda: desk.window.findChild(SettingsDialog))
    dialog = desk.window.findChild(SettingsDialog)
    assert dialog is not None
    QTest.mouseClick(
        dialog.theme_button("dark"), Qt.MouseButton.LeftButton, pos=dialog.theme_button("dark").rect().center()
    )
    assert desk.appearance.theme.is_dark
    dialog.font_size.setValue(18)
    assert desk.window.find_bar.field.font().pixelSize() == 17
    await desk.until(lambda: desk.paths.settings.exists())
    dialog.accept()
    await desk.until(lambda: json.loads(desk.paths.settings.read_text(encoding="utf-8")).get("font_size") == 18)
    assert json.loads(desk.paths.settings.read_text(encoding="utf-8"))["theme"] == "dark"
