from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

Save, Discard, Cancel = (
    QMessageBox.StandardButton.Save,
    QMessageBox.StandardButton.Discard,
    QMessageBox.StandardButton.Cancel,
)


@pytest.mark.parametrize(
    ("button", "chosen", "stored"),
    [(Save, "Old staging", "qwen"), (Discard, "Old staging", None), (Cancel, "vLLM", None)],
)
async def test_choosing_another_connection_asks_about_edits(window, button, chosen, stored):
    await window.open("vllm", "vLLM")
    window.write("model", "qwen")
    window.choose("Old staging")
    await window.answer(button)
    await window.until(lambda: not window.is_asking and window.chosen == chosen == window.field("name").text())
    assert window.field("name").text() == chosen
    assert window.entry("vllm").get("model") == stored
    assert window.can_save == (button is Cancel)


@pytest.mark.parametrize(
    ("button", "open_still", "stored"), [(Save, False, "qwen"), (Discard, False, None), (Cancel, True, None)]
)
async def test_closing_asks_about_edits(window, button, open_still, stored):
    await window.open("vllm", "vLLM")
    window.write("model", "qwen")
    QTest.keyClick(window.editor, Qt.Key.Key_Escape)
    dialog = await window.dialog()
    assert window.editor.isVisible()
    assert "vLLM" in dialog.text()
    await window.answer(button)
    await window.until(lambda: not window.is_asking and window.editor.isVisible() == open_still)
    assert window.entry("vllm").get("model") == stored


async def test_without_edits_the_window_closes_at_once(window):
    await window.open("vllm", "vLLM")
    QTest.keyClick(window.editor, Qt.Key.Key_Escape)
    assert not window.editor.isVisible()


async def test_a_new_connection_that_was_not_touched_is_dropped_without_a_question(window):
    await window.open("vllm", "vLLM")
    window.editor.add_new()
    await window.until(lambda: window.chosen == "New connection")
    window.choose("Old staging")
    await window.until(lambda: "New connection" not in window.titles)
    assert window.field("name").text() == "Old staging"


@pytest.mark.parametrize(("button", "is_adding"), [(Save, True), (Discard, True), (Cancel, False)])
async def test_the_page_of_adding_asks_about_edits(window, button, is_adding):
    await window.open("vllm", "vLLM")
    window.write("model", "qwen")
    window.find("addConnectionButton").click()
    await window.answer(button)
    await window.until(lambda: not window.is_asking)
    await window.until(lambda: window.find("addConnectionPage").isVisible() == is_adding)
    assert window.chosen == ("" if is_adding else "vLLM")
    assert window.entry("vllm").get("model") == ("qwen" if button is Save else None)


async def test_wrong_edits_cannot_be_saved_from_the_question(window):
    await window.open("vllm", "vLLM")
    window.write("timeout", "-1")
    window.choose("Old staging")
    dialog = await window.dialog()
    assert not dialog.button(Save).isEnabled()
    assert "Idle timeout must be above 0 s" in dialog.informativeText()
    await window.answer(Cancel)
    await window.until(lambda: window.chosen == "vLLM")


async def test_the_end_of_the_program_asks_too(window):
    await window.open("vllm", "vLLM")
    assert await window.editor.leave() is True
    window.write("model", "qwen")
    window.choose("vLLM")
    leaving = asyncio.ensure_future(window.editor.leave())
    await window.answer(Cancel)
    assert await leaving is False
    assert window.field("model").currentText() == "qwen"
