"""Images and text files: by picker, paste and drag and drop; what is refused says why where the question is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from servers import json_reply, serve
from ui.shell.desk import FAST, Desk

from chat_studio.messages import FilePart, ImagePart, TextPart
from chat_studio.ui.composing.attached import Attached
from chat_studio.ui.composing.chip import Chip
from chat_studio.ui.composing.preview import Preview
from chat_studio.ui.composing.remarks import MOST, Remark

LONG = "\n".join(f"line {number}" for number in range(2000))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """An image and a text."""
    image, notes = tmp_path / "red.png", tmp_path / "notes.md"
    picture().save(str(image))
    notes.write_text("# Notes", encoding="utf-8")
    return image, notes


def picture() -> QImage:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    return image


def dragged(paths: Sequence[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def items(desk: Desk) -> Sequence[Attached]:
    return desk.window.composer.attachments.items


def names(desk: Desk) -> list[str]:
    return [item.part.name for item in items(desk)]


def chips(desk: Desk) -> list[Chip]:
    return desk.window.findChildren(Chip)


def paste(desk: Desk, what: str | QImage | QMimeData) -> None:
    """By the real clipboard and the real key."""
    clipboard = QApplication.clipboard()
    if isinstance(what, str):
        clipboard.setText(what)
    elif isinstance(what, QImage):
        clipboard.setImage(what)
    else:
        clipboard.setMimeData(what)
    QTest.keyClick(desk.composer, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


async def test_pasted_files_go_along_with_the_question(desk: Desk, files: tuple[Path, Path]) -> None:
    paste(desk, dragged(files))
    await desk.until(lambda: names(desk) == ["red.png", "notes.md"])
    assert [chip.accessibleName().partition(",")[0] for chip in chips(desk)] == [
        "Attached: red.png",
        "Attached: notes.md",
    ]
    assert items(desk)[0].thumbnail is not None
    await desk.ask_and_wait("What is it?")
    question = desk.session.records[0].message.parts
    assert [type(part) for part in question] == [ImagePart, FilePart, TextPart]
    assert names(desk) == []
    assert chips(desk) == [] or not any(chip.isVisible() for chip in chips(desk))


async def test_a_pasted_picture_becomes_png_and_can_be_sent_without_words(desk: Desk) -> None:
    paste(desk, picture())
    await desk.until(lambda: names(desk) == ["Pasted image.png"])
    desk.click("sendButton")
    await desk.until(lambda: desk.titles == ["Pasted image.png"])
    (part,) = desk.session.records[0].message.parts
    assert isinstance(part, ImagePart)
    assert part.media_type == "image/png"
    await desk.rest()


async def test_files_can_be_chosen(desk: Desk, files: tuple[Path, Path]) -> None:
    desk.click("attachButton")
    await desk.until(lambda: desk.window.findChild(QFileDialog, "attachFileDialog"))
    dialog = desk.find("attachFileDialog", QFileDialog)
    dialog.findChild(QLineEdit, "fileNameEdit").setText(str(files[1]))
    dialog.accept()
    await desk.until(lambda: names(desk) == ["notes.md"])
    assert desk.window.focusWidget() is desk.composer


async def test_files_are_dropped_anywhere_on_the_conversation(desk: Desk, files: tuple[Path, Path]) -> None:
    page, veil, data = desk.window.page, desk.find("dropVeil"), dragged(files)
    args = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entering = QDragEnterEvent(QPoint(300, 200), *args)
    QApplication.sendEvent(page, entering)
    assert entering.isAccepted()
    assert veil.isVisible()
    QApplication.sendEvent(veil, QDragEnterEvent(QPoint(300, 200), *args))
    dropping = QDropEvent(QPointF(300, 200), *args)
    QApplication.sendEvent(veil, dropping)
    assert dropping.isAccepted()
    assert not veil.isVisible()
    await desk.until(lambda: names(desk) == ["red.png", "notes.md"])


async def test_the_veil_goes_when_the_pointer_leaves(desk: Desk, files: tuple[Path, Path]) -> None:
    page, veil, data = desk.window.page, desk.find("dropVeil"), dragged(files)
    args = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page, QDragEnterEvent(QPoint(300, 200), *args))
    QApplication.sendEvent(page, QDragLeaveEvent())
    await desk.until(lambda: not veil.isVisible())
    QApplication.sendEvent(page, QDragEnterEvent(QPoint(300, 200), *args))
    QApplication.sendEvent(veil, QDragEnterEvent(QPoint(300, 200), *args))
    QApplication.sendEvent(veil, QDragLeaveEvent())
    assert not veil.isVisible()


async def test_files_that_are_dragged_over_the_field_or_the_transcript_bring_the_veil(
    desk: Desk, files: tuple[Path, Path]
) -> None:
    await desk.ask_and_wait("Something to see")
    veil, data = desk.find("dropVeil"), dragged(files)
    args = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    for target in (desk.composer.viewport(), desk.transcript.viewport(), desk.window.header):
        QApplication.sendEvent(target, QDragEnterEvent(QPoint(5, 5), *args))
        assert veil.isVisible()
        QApplication.sendEvent(veil, QDragEnterEvent(QPoint(5, 5), *args))
        QApplication.sendEvent(veil, QDragLeaveEvent())
        assert not veil.isVisible()


async def test_dragged_files_pass_the_field_by(desk: Desk, files: tuple[Path, Path]) -> None:
    """So that the veil comes wherever the pointer is."""
    text = QMimeData()
    text.setText("words")
    for data, accepted in ((dragged(files), False), (text, True)):
        args = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        event = QDragEnterEvent(QPoint(5, 5), *args)
        desk.composer.dragEnterEvent(event)
        assert event.isAccepted() is accepted


async def test_what_is_refused_says_why_and_can_be_dismissed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7 words")
    paste(desk, dragged([tmp_path / "paper.pdf", tmp_path]))
    remarks = desk.shell.writing.remarks
    await desk.until(lambda: len(remarks.texts) == 2)
    assert "“paper.pdf” is a PDF" in remarks.texts[0]
    assert "is a folder" in remarks.texts[1]
    assert desk.window.notices.texts == ()
    for button in remarks.findChildren(QWidget):
        if button.accessibleName() == "Dismiss":
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert remarks.texts == ()


async def test_of_many_refusals_none_is_lost(desk: Desk, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(MOST + 2)]
    for path in paths:
        path.touch()
    paste(desk, dragged(paths))
    remarks = desk.shell.writing.remarks
    await desk.until(lambda: len(remarks.texts) == MOST + 2)
    more = remarks.findChild(QLabel, "moreRemarks")
    assert more.text() == "2 more come when these are dismissed"
    for seen in remarks.texts[-2:]:
        remarks.take_back(seen)
    assert not more.isVisible()
    shown = [line for line in remarks.findChildren(Remark) if line.isVisible()]
    assert [line.text for line in shown] == list(remarks.texts)
    assert "“0.txt” is empty" in remarks.texts[0]


async def test_a_question_has_so_many_attachments(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat_studio.ui.composing.intake.MOST", 3)
    paths = [tmp_path / f"{number}.txt" for number in range(5)]
    for path in paths:
        path.write_text("words", encoding="utf-8")
    paste(desk, dragged(paths))
    await desk.until(lambda: len(items(desk)) == 3)
    assert "2 of 5 files are not attached" in desk.shell.writing.remarks.texts[0]


async def test_enter_waits_until_files_are_read(desk: Desk, files: tuple[Path, Path]) -> None:
    paste(desk, dragged(files))
    desk.ask("At once")
    await desk.until(lambda: desk.titles == ["At once"])
    assert len(desk.session.records[0].message.parts) == 3
    await desk.rest()


async def test_chips_work_by_keyboard(desk: Desk, files: tuple[Path, Path]) -> None:
    paste(desk, dragged(files))
    await desk.until(lambda: len(items(desk)) == 2)
    first, second = chips(desk)
    QTest.keyClick(desk.composer, Qt.Key.Key_Tab)
    assert desk.window.focusWidget() is first
    QTest.keyClick(first, Qt.Key.Key_Tab)
    QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
    assert desk.window.focusWidget() is second
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Delete)
    assert names(desk) == ["notes.md"]
    assert desk.window.focusWidget() is second
    QTest.keyClick(second, Qt.Key.Key_Return)
    await desk.until(lambda: desk.window.findChildren(Preview))
    (preview,) = desk.window.findChildren(Preview)
    assert preview.findChild(QPlainTextEdit, "previewText").toPlainText() == "# Notes"
    preview.accept()
    await desk.until(lambda: not desk.window.findChildren(Preview))
    QTest.keyClick(second, Qt.Key.Key_Backspace)
    assert desk.window.focusWidget() is desk.composer


async def test_an_image_is_previewed(desk: Desk, files: tuple[Path, Path]) -> None:
    paste(desk, dragged(files[:1]))
    await desk.until(lambda: len(items(desk)) == 1)
    QTest.mouseClick(chips(desk)[0], Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    await desk.until(lambda: desk.window.findChildren(Preview))
    (preview,) = desk.window.findChildren(Preview)
    assert preview.windowTitle() == "red.png"
    preview.accept()
    await desk.until(lambda: not desk.window.findChildren(Preview))


# -- long pastes -----------------------------------------------------------------------------------------------


async def test_a_short_paste_is_text_and_a_long_one_an_attachment(desk: Desk) -> None:
    paste(desk, "x" * 4000)
    assert desk.window.composer.text == "x" * 4000
    paste(desk, LONG)
    assert names(desk) == ["Pasted text"]
    paste(desk, LONG)
    assert names(desk) == ["Pasted text", "Pasted text 2"]
    assert desk.window.composer.text == "x" * 4000


async def test_a_long_paste_is_put_inline_and_back_by_ctrl_z(desk: Desk) -> None:
    desk.type("See: ")
    paste(desk, LONG)
    undo = (desk.composer, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(*undo)
    assert desk.window.composer.text == "See: " + LONG
    assert names(desk) == []
    QTest.keyClick(*undo)
    assert desk.window.composer.text == "See: "
    assert names(desk) == ["Pasted text"]
    desk.type("words")
    QTest.keyClick(*undo)  # this takes the words back, not the paste
    assert names(desk) == ["Pasted text"]
    assert desk.window.composer.text == "See: "


async def test_the_button_puts_a_paste_inline_and_a_remark_takes_it_back(desk: Desk) -> None:
    paste(desk, LONG)
    QTest.mouseClick(desk.find("inlineAttachment", QPushButton), Qt.MouseButton.LeftButton)
    assert desk.window.composer.text == LONG
    remarks = desk.shell.writing.remarks
    assert remarks.texts == ("“Pasted text” stands in the message now.",)
    (again,) = (button for button in remarks.findChildren(QPushButton) if button.text() == "Attach it again")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    assert names(desk) == ["Pasted text"]
    assert desk.window.composer.text == ""
    QTest.mouseClick(desk.window.findChildren(QPushButton, "inlineAttachment")[-1], Qt.MouseButton.LeftButton)
    desk.type("and more")
    assert remarks.texts == ()


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "word " * 200_000, "a line\n" * 140_000], ids=["one", "long", "many"]
)
async def test_a_megabyte_is_pasted_whole(desk: Desk, text: str) -> None:
    paste(desk, text)
    (item,) = items(desk)
    assert isinstance(item.part, FilePart)
    assert item.part.text == text
    QTest.mouseClick(desk.find("inlineAttachment", QPushButton), Qt.MouseButton.LeftButton)
    assert desk.window.composer.text == text
    desk.composer.selectAll()
    desk.composer.copy()
    assert QApplication.clipboard().text() == text


# -- the model -------------------------------------------------------------------------------------------------


async def test_a_model_that_cannot_see_is_told_of_at_once(desk: Desk, files: tuple[Path, Path]) -> None:
    models = [
        {"id": "blind", "max_context_length": 32_768, "capabilities": {"completion_chat": True, "vision": False}},
        {"id": "seeing", "capabilities": {"completion_chat": True, "vision": True}},
    ]
    remarks = desk.shell.writing.remarks
    async with serve({"GET /v1/models": json_reply({"object": "list", "data": models})}) as server:
        entry = {"id": "m", "name": "M", "provider": "mistral", "base_url": f"{server.url}/v1", "model": "blind"}
        desk.write_connections(FAST, {**entry, "api_key": "k"})
        desk.shell.routes.reload()
        await desk.until(lambda: desk.connections.findText("M") >= 0)
        desk.use("M")
        paste(desk, dragged(files))
        await desk.until(lambda: remarks.texts and len(items(desk)) == 2)
        said = "“blind” takes no images, as its server says: choose another model, or remove the image."
        assert remarks.texts == (said,)
        desk.models.setEditText("seeing")
        desk.models.lineEdit().editingFinished.emit()
        assert remarks.texts == ()
        desk.models.setEditText("blind")
        desk.models.lineEdit().editingFinished.emit()
        assert remarks.texts == (said,)
        QTest.keyClick(chips(desk)[0], Qt.Key.Key_Delete)
        assert remarks.texts == ()
        await desk.until(lambda: desk.find("tokenGauge", QLabel).text().endswith("of 32k tokens"))
