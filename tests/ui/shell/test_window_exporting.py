"""Exporting from the window: what, as what, where to; its progress, its end and its failures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from history.stored import begin
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QPushButton, QRadioButton
from ui.shell.desk import Desk
from ui.shell.dialogs import choose, choose_file, click, nameless, opened, part, run, said, shown, write

from chat_studio.history.listing import ListQuery
from chat_studio.ui.exchanging.export_dialog import ExportDialog

MANY = 120


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


class Opened(QObject):
    """Stands for the desktop's file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.folders: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.folders.append(url.toLocalFile())


async def dialog_of(desk: Desk) -> ExportDialog:
    run(desk, "Export conversations")
    return await opened(desk, "exportDialog", ExportDialog)


def pick(dialog: ExportDialog, beginning: str) -> None:
    (button,) = [one for one in dialog.findChildren(QRadioButton) if one.text().startswith(beginning)]
    button.click()


async def many(desk: Desk, count: int = MANY) -> None:
    """More conversations than are written at once."""
    for number in range(count):
        await begin(desk.studio.history, connection_id="demo", model="demo", title=f"Number {number}")


async def test_the_conversation_that_is_shown_becomes_a_file(desk: Desk, folder: Path) -> None:
    await desk.ask_and_wait("Kneading")
    dialog = await dialog_of(desk)
    assert nameless(dialog) == []
    write(dialog, "exportPath", str(folder / "bread.md"))
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    assert not shown(desk, "exportDialog")
    assert "Kneading" in (folder / "bread.md").read_text(encoding="utf-8")
    assert desk.window.toast.findChild(QLabel).text() == "Exported 1 conversation"
    await desk.until(desk.paths.settings.exists)
    await desk.until(lambda: str(folder) in desk.paths.settings.read_text(encoding="utf-8"))
    again = await dialog_of(desk)
    assert part(again, "exportPath").text() == str(folder / "Kneading.md")
    again.reject()


async def test_show_opens_the_folder(desk: Desk, folder: Path) -> None:
    await desk.ask_and_wait("Kneading")
    dialog = await dialog_of(desk)
    write(dialog, "exportPath", str(folder / "bread.md"))
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    asked = Opened()
    QDesktopServices.setUrlHandler("file", asked, "open")
    try:
        desk.window.toast.findChild(QPushButton).click()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert asked.folders == [str(folder)]


async def test_all_become_a_file_each_in_a_folder(desk: Desk, folder: Path) -> None:
    for title in ("First", "Second"):
        await desk.ask_and_wait(title)
        desk.press("Ctrl+N")
    dialog = await dialog_of(desk)
    choose(dialog, "exportFormat", "html")
    write(dialog, "exportPath", str(folder / "all"))
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    assert sorted(path.name for path in (folder / "all").iterdir()) == ["First.html", "Second.html"]


async def test_everything_is_one_json_by_default(desk: Desk, folder: Path) -> None:
    for title in ("First", "Second"):
        await desk.ask_and_wait(title)
    dialog = await dialog_of(desk)
    pick(dialog, "All 1 conversation")
    choose(dialog, "exportFormat", "json")
    write(dialog, "exportPath", str(folder / "all.json"))
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    stored = json.loads((folder / "all.json").read_text(encoding="utf-8"))
    assert [one["title"] for one in stored["conversations"]] == ["First"]


async def test_only_what_is_listed(desk: Desk, folder: Path) -> None:
    for title in ("Inside", "Outside"):
        await desk.ask_and_wait(title)
        desk.press("Ctrl+N")
    made = await desk.studio.history.create_folder("Kitchen")
    await desk.studio.history.move([await desk.id_of("Inside")], made.id)
    desk.shell.shelf.scopes.show(ListQuery(folder_id=made.id), "Kitchen")
    await desk.until(lambda: desk.titles == ["Inside"])
    dialog = await dialog_of(desk)
    (listed,) = [one for one in dialog.findChildren(QRadioButton) if one.isChecked()]
    assert listed.text() == "What is listed: Kitchen (1 conversation)"
    write(dialog, "exportPath", str(folder / "kitchen.md"))
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    text = (folder / "kitchen.md").read_text(encoding="utf-8")
    assert "Inside" in text
    assert "Outside" not in text


async def test_the_menu_of_the_list_exports_another_one(desk: Desk, folder: Path) -> None:
    await desk.ask_and_wait("Other")
    other = await desk.id_of("Other")
    desk.press("Ctrl+N")
    await desk.ask_and_wait("Shown")
    desk.shell.shelf.organising.export_requested.emit(other)
    dialog = await opened(desk, "exportDialog", ExportDialog)
    write(dialog, "exportPath", str(folder / "other.md"))
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    assert "# Other" in (folder / "other.md").read_text(encoding="utf-8")


async def test_a_pdf_is_made_by_the_other_process(desk: Desk, folder: Path) -> None:
    await desk.ask_and_wait("Kneading")
    dialog = await dialog_of(desk)
    choose(dialog, "exportFormat", "pdf")
    assert part(dialog, "exportPath").text().endswith("Kneading.pdf")
    write(dialog, "exportPath", str(folder / "bread.pdf"))
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    assert (folder / "bread.pdf").read_bytes().startswith(b"%PDF")


async def test_a_refusal_stands_in_the_dialog_and_can_be_mended(desk: Desk, folder: Path) -> None:
    await desk.ask_and_wait("Kneading")
    (folder / "file").write_text("no folder")
    dialog = await dialog_of(desk)
    write(dialog, "exportPath", str(folder / "file" / "bread.md"))
    click(dialog, "exportButton")
    await desk.until(lambda: "file" in part(dialog, "exportPath").accessibleDescription())
    assert dialog.isVisible()
    assert part(dialog, "exportPath").property("invalid")
    write(dialog, "exportPath", str(folder / "bread.md"))
    assert not part(dialog, "exportPath").property("invalid")
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    assert desk.window.notices.texts == ()


async def test_a_name_that_is_taken_is_asked_about(desk: Desk, folder: Path) -> None:
    await desk.ask_and_wait("Kneading")
    (folder / "bread.md").write_text("precious")
    dialog = await dialog_of(desk)
    write(dialog, "exportPath", str(folder / "bread.md"))
    click(dialog, "exportButton")
    button = part(dialog, "exportButton", QPushButton)
    await desk.until(lambda: button.text() == "Replace")
    assert (folder / "bread.md").read_text(encoding="utf-8") == "precious"
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    assert "Kneading" in (folder / "bread.md").read_text(encoding="utf-8")


async def test_a_name_of_our_own_replaces_nothing(desk: Desk, folder: Path) -> None:
    await desk.ask_and_wait("Kneading")
    await desk.shell.options._preferences.change(exchange_folder=str(folder))
    (folder / "Kneading.md").write_text("precious")
    click(await dialog_of(desk), "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    assert (folder / "Kneading.md").read_text(encoding="utf-8") == "precious"
    assert (folder / "Kneading (2).md").exists()


async def test_the_place_can_be_chosen(desk: Desk, folder: Path) -> None:
    await desk.ask_and_wait("Kneading")
    dialog = await dialog_of(desk)
    dialog.findChild(QPushButton, "browseExportButton").click()
    await desk.until(lambda: dialog.findChild(QFileDialog))
    chosen = dialog.findChild(QFileDialog)
    choose_file(chosen, folder / "chosen.md")
    assert part(dialog, "exportPath").text() == str(folder / "chosen.md")
    choose(dialog, "exportFormat", "html")
    assert part(dialog, "exportPath").text() == str(folder / "chosen.html")
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    assert (folder / "chosen.html").exists()


async def test_cancelled_in_the_middle_it_leaves_nothing(desk: Desk, folder: Path) -> None:
    await many(desk)
    dialog = await dialog_of(desk)
    write(dialog, "exportPath", str(folder / "all"))
    click(dialog, "exportButton")
    await desk.until(lambda: " of 120" in said(dialog) and not said(dialog).startswith("0 of"))
    click(dialog, "cancelExportButton")
    await desk.until(lambda: part(dialog, "exportButton").isEnabled())
    assert list(folder.iterdir()) == []
    assert dialog.isVisible()
    click(dialog, "exportButton")
    await desk.until(lambda: desk.window.toast.isVisible())
    assert len(list((folder / "all").iterdir())) == MANY


async def test_escape_stops_first_and_closes_then(desk: Desk, folder: Path) -> None:
    await many(desk)
    dialog = await dialog_of(desk)
    write(dialog, "exportPath", str(folder / "all"))
    click(dialog, "exportButton")
    assert dialog.is_working
    await desk.until(dialog.isActiveWindow)
    assert dialog.is_working
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await desk.until(lambda: not dialog.is_working)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await desk.until(lambda: not shown(desk, "exportDialog"))
    assert list(folder.iterdir()) == []


async def test_one_can_go_on_chatting_beside_the_dialog(desk: Desk) -> None:
    await desk.ask_and_wait("Before")
    dialog = await dialog_of(desk)
    await desk.ask_and_wait("Beside")
    assert dialog.isVisible()
    dialog.reject()


async def test_without_conversations_it_says_so(desk: Desk) -> None:
    run(desk, "Export conversations")
    await desk.until(lambda: desk.window.notices.texts == ("There are no conversations to export yet.",))


async def test_what_a_format_leaves_out_is_said(desk: Desk) -> None:
    await desk.ask_and_wait("Kneading")
    dialog = await dialog_of(desk)
    assert "other versions of questions and answers are left out" in said(dialog)
    choose(dialog, "exportFormat", "json")
    assert "deleted messages too" in said(dialog)
    assert part(dialog, "exportFormat", QComboBox).count() == 4
    dialog.reject()
