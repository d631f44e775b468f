"""Quoting and finding from the menu of a text, in the whole window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from ui.shell.desk import Desk

from chat_studio.ui.transcript.question import QuestionWidget
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.view import Transcript


def question_text(desk: Desk) -> FlowSurface:
    return desk.window.findChild(QuestionWidget).surface


async def test_a_quote_comes_before_the_next_words(desk: Desk) -> None:
    await desk.ask_and_wait("One question")
    question_text(desk).quote()
    assert desk.composer.toPlainText() == "> One question\n\n"
    assert desk.window.focusWidget() is desk.composer
    QTest.keyClicks(desk.composer, "And")
    question_text(desk).quote()
    assert desk.composer.toPlainText() == "> One question\n\nAnd\n\n> One question\n\n"


async def test_find_begins_with_the_selection_and_gives_the_keyboard_back(desk: Desk) -> None:
    await desk.ask_and_wait("needle one")
    surface = question_text(desk)
    surface.setFocus()
    QTest.keyClick(surface, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(surface, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
    assert surface.selected_text().strip() == "needle"
    desk.press("Ctrl+F")
    field = desk.find("findField", QLineEdit)
    assert field.text() == "needle"
    await desk.until(lambda: desk.window.find_bar.count_text.startswith("1 of "))
    count = desk.window.find_bar.count_text.partition(" of ")[2]
    for keys, number in (("F3", "2"), ("Shift+F3", "1"), ("Ctrl+G", "2"), ("Ctrl+Shift+G", "1")):
        desk.press(keys)
        assert desk.window.find_bar.count_text == f"{number} of {count}"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not desk.window.find_bar.isVisible()
    assert desk.window.focusWidget() is surface
    desk.window.findChild(Transcript).search_requested.emit("needle")
    assert desk.window.find_bar.isVisible()
