"""Importing in the window: a file, its preview, and what was taken of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from exchange.foreign_samples import MORNING, mapping, said
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from ui.shell.desk import Desk
from ui.shell.dialogs import choose_file, click, nameless, opened, part, run, shown
from ui.shell.dialogs import said as text_of

from chat_studio.ui.connections.fold import Fold
from chat_studio.ui.exchanging.import_dialog import ImportDialog

MANY = 600


def conversation(number: int, title: str, *answers: str, odd: bool = False) -> dict[str, Any]:
    """One of ChatGPT's; `odd`: with a content that nobody knows."""
    content = {"content_type": "riddle"} if odd else "What is it?"
    nodes: list[tuple[str, str | None, dict[str, Any] | None]] = [("r", None, None), ("q", "r", said("user", content))]
    for count, text in enumerate(answers):
        nodes.append((f"a{count}", nodes[-1][0], said("assistant", text, seconds=count + 1)))
    tree = mapping(*nodes)
    for key, node in tree.items():
        if node["message"] is not None:
            node["message"]["id"] = f"{number}-{key}"
    times = {"create_time": MORNING + number, "update_time": MORNING + number + len(answers)}
    about = {"conversation_id": f"c{number}", "title": title, "current_node": nodes[-1][0]}
    return {**times, **about, "mapping": tree}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "conversations.json"
    write(made, conversation(1, "Sourdough", "Flour and water."), conversation(2, "Riddles", "None.", odd=True))
    return made


def write(path: Path, *conversations: dict[str, Any]) -> None:
    path.write_text(json.dumps(conversations), encoding="utf-8")


async def dialog_of(desk: Desk) -> ImportDialog:
    run(desk, "Import conversations")
    return await opened(desk, "conversationImport", ImportDialog)


async def previewed(desk: Desk, file: Path) -> ImportDialog:
    dialog = await dialog_of(desk)
    dialog.choose(file)
    await desk.until(lambda: part(dialog, "takeImportButton").isVisible())
    return dialog


def drop(target: QWidget, *files: Path) -> bool:
    """Whether they are taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    keys = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, *keys)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, *keys))
    return enter.isAccepted()


async def test_a_file_is_looked_into_then_taken(desk: Desk, file: Path) -> None:
    dialog = await previewed(desk, file)
    assert nameless(dialog) == []
    assert "ChatGPT: 2 conversations, 3 messages" in text_of(dialog)
    assert "From 19 February 2025" in text_of(dialog)
    assert desk.titles == []
    click(dialog, "takeImportButton")
    await desk.until(lambda: "3 messages in 2 conversations taken." in text_of(dialog))
    await desk.until(lambda: desk.titles == ["Riddles", "Sourdough"])
    click(dialog, "closeImportButton")
    desk.choose_conversation("Sourdough")
    await desk.until(lambda: desk.window.windowTitle().endswith("Sourdough"))
    assert [record.message.text for record in desk.session.records] == ["What is it?", "Flour and water."]
    await desk.ask_and_wait("And salt?")


async def test_what_cannot_be_taken_is_told_before_and_after(desk: Desk, file: Path) -> None:
    dialog = await previewed(desk, file)
    for _ in range(2):
        fold = part(dialog, "lossesFold", Fold)
        assert fold.isVisible()
        assert "riddle" not in text_of(dialog)
        fold.click()
        assert "1 × " in text_of(dialog)
        assert "riddle" in text_of(dialog)
        fold.click()
        if part(dialog, "takeImportButton").isVisible():
            click(dialog, "takeImportButton")
            await desk.until(lambda: "taken." in text_of(dialog))
    dialog.reject()


async def test_the_second_time_all_is_known(desk: Desk, file: Path) -> None:
    dialog = await previewed(desk, file)
    click(dialog, "takeImportButton")
    await desk.until(lambda: "taken." in text_of(dialog))
    dialog.choose(file)
    await desk.until(lambda: part(dialog, "takeImportButton").isVisible())
    assert "All of them are here already" in text_of(dialog)
    click(dialog, "takeImportButton")
    await desk.until(lambda: "Nothing new was taken." in text_of(dialog))
    assert "2 skipped: they were here already" in text_of(dialog)
    assert len(desk.titles) == 2
    dialog.reject()


async def test_the_conversation_that_is_shown_gets_what_it_lacked(desk: Desk, file: Path) -> None:
    dialog = await previewed(desk, file)
    click(dialog, "takeImportButton")
    await desk.until(lambda: "Sourdough" in desk.titles)
    desk.choose_conversation("Sourdough")
    await desk.until(lambda: desk.window.windowTitle().endswith("Sourdough"))
    desk.type("a draft")
    write(file, conversation(1, "Sourdough", "Flour and water.", "And patience."))
    dialog.choose(file)
    await desk.until(lambda: part(dialog, "takeImportButton").isVisible())
    click(dialog, "takeImportButton")
    await desk.until(lambda: "1 updated with messages that were missing" in text_of(dialog))
    await desk.until(lambda: desk.answer.message.text == "And patience.")
    assert desk.composer.toPlainText() == "a draft"
    dialog.reject()


@pytest.mark.parametrize("name", ["panel", "searchField"])
async def test_a_file_dropped_on_the_sidebar_opens_its_preview(desk: Desk, file: Path, name: str) -> None:
    assert drop(desk.find(name), file)
    assert desk.window.sidebar.search.text() == ""
    dialog = await opened(desk, "conversationImport", ImportDialog)
    await desk.until(lambda: "2 conversations" in text_of(dialog))
    dialog.reject()


async def test_a_file_dropped_on_the_dialog_is_read(desk: Desk, file: Path) -> None:
    dialog = await dialog_of(desk)
    assert drop(dialog, file)
    await desk.until(lambda: "2 conversations" in text_of(dialog))
    dialog.reject()


async def test_other_files_are_not_for_the_sidebar(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"png")
    assert not drop(desk.window.sidebar, picture)
    assert not drop(desk.window.sidebar, tmp_path / "a.json", tmp_path / "b.json")
    assert not shown(desk, "conversationImport")


async def test_the_button_chooses_a_file_and_its_folder_is_remembered(desk: Desk, file: Path) -> None:
    dialog = await dialog_of(desk)
    dialog.findChild(QPushButton, "chooseImportButton").click()
    await desk.until(lambda: dialog.findChild(QFileDialog))
    choose_file(dialog.findChild(QFileDialog), file)
    await desk.until(lambda: "2 conversations" in text_of(dialog))
    await desk.until(desk.paths.settings.exists)
    await desk.until(lambda: str(file.parent) in desk.paths.settings.read_text(encoding="utf-8"))
    dialog.reject()


@pytest.mark.parametrize("content", [b"", b"{", b"\x00\xff\x00", b'{"a": 1}', b"PK\x03\x04nothing"])
async def test_a_file_that_is_none_harms_nothing(desk: Desk, file: Path, content: bytes) -> None:
    good = file.read_bytes()
    file.write_bytes(content)
    dialog = await dialog_of(desk)
    dialog.choose(file)
    await desk.until(lambda: part(dialog, "importReason").isVisible() and not dialog.is_working)
    assert text_of(dialog).count("\n") >= 1
    assert not part(dialog, "takeImportButton").isVisible()
    assert part(dialog, "chooseImportButton").isVisible()
    file.write_bytes(good)
    dialog.choose(file)
    await desk.until(lambda: part(dialog, "takeImportButton").isVisible())
    assert not part(dialog, "importReason").isVisible()
    assert desk.titles == []
    assert desk.window.notices.texts == ()
    dialog.reject()


async def test_cancelled_in_the_middle_it_says_what_was_taken(desk: Desk, file: Path) -> None:
    write(file, *(conversation(number, f"Number {number}", "Yes. " * 200) for number in range(MANY)))
    dialog = await previewed(desk, file)
    click(dialog, "takeImportButton")
    while not await desk.studio.history.ids():
        await desk.until(lambda: dialog.is_working)
    click(dialog, "closeImportButton")
    await desk.until(lambda: not dialog.is_working)
    taken = len(await desk.studio.history.ids())
    assert 0 < taken < MANY
    assert f"Stopped. {2 * taken:,} messages in {taken:,} conversations taken." in text_of(dialog)
    assert "Import it again to go on" in text_of(dialog)
    await desk.until(lambda: desk.titles)
    assert part(dialog, "closeImportButton", QPushButton).text() == "Done"
    dialog.choose(file)
    await desk.until(lambda: part(dialog, "takeImportButton").isVisible())
    click(dialog, "takeImportButton")
    await desk.until(lambda: f"{MANY - taken:,} new" in text_of(dialog))
    assert len(await desk.studio.history.ids()) == MANY
    dialog.reject()


async def test_a_preview_can_be_given_up(desk: Desk, file: Path) -> None:
    write(file, *(conversation(number, f"Number {number}", "Yes. " * 200) for number in range(MANY)))
    dialog = await dialog_of(desk)
    dialog.choose(file)
    click(dialog, "closeImportButton")
    await desk.until(lambda: part(dialog, "chooseImportButton").isVisible())
    assert not dialog.is_working
    dialog.reject()
    await desk.until(lambda: not shown(desk, "conversationImport"))


async def test_a_history_that_is_busy_is_told_in_the_dialog(impatient_history: None, desk: Desk, file: Path) -> None:
    dialog = await previewed(desk, file)
    with desk.another_program_writes():
        click(dialog, "takeImportButton")
        await desk.until(lambda: part(dialog, "importReason").isVisible())
    assert "in use by another program" in text_of(dialog)
    assert "Nothing new was taken." in text_of(dialog)
    dialog.reject()


async def test_the_window_can_close_in_the_middle(desk: Desk, file: Path) -> None:
    write(file, *(conversation(number, f"Number {number}", "Yes. " * 200) for number in range(MANY)))
    dialog = await previewed(desk, file)
    click(dialog, "takeImportButton")
    while not await desk.studio.history.ids():
        await desk.until(lambda: dialog.is_working)
    await desk.shell.filing.aclose()
    assert not dialog.is_working
