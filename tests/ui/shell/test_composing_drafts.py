"""What is typed and not sent outlives switching, restarts and crashes; nothing of temporary conversations is stored."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from ui.shell.again import started_again
from ui.shell.desk import Desk

from chat_studio.messages import FilePart, ImagePart, Part, TextPart
from chat_studio.ui.composing.composer import Composer
from chat_studio.ui.composing.drafts import Drafts


async def stored(desk: Desk, conversation_id: str = "") -> tuple[Part, ...]:
    return (await desk.studio.history.desk(conversation_id)).draft


async def until_stored(desk: Desk, text: str, conversation_id: str = "") -> None:
    while not any(isinstance(part, TextPart) and part.text == text for part in await stored(desk, conversation_id)):
        await desk.until(lambda: True)


def attach(desk: Desk, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    desk.composer.insertFromMimeData(data)


def noisy(path: Path) -> Path:
    """An image that does not become small."""
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for x in range(200):
        for y in range(0, 200, 2):
            painter.fillRect(x, y, 1, 2, QColor((x * 7919 + y * 104729) % 256, (x * y) % 256, (x * 31 + y) % 256))
    painter.end()
    image.save(str(path))
    return path


async def test_a_draft_is_stored_while_it_is_typed(desk: Desk) -> None:
    desk.type("half a question ")
    await until_stored(desk, "half a question ")


async def test_typing_without_a_pause_is_stored_as_well(desk: Desk) -> None:
    """A crash takes no more than a second, even of somebody who never stops."""
    typed = 0
    while not await stored(desk):
        desk.type("x")
        typed += 1
    assert typed > 1


async def test_drafts_of_all_conversations_are_there_after_a_restart(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes", encoding="utf-8")
    await desk.ask_and_wait("First")
    desk.type("for the first")
    desk.press("Ctrl+N")
    desk.type("for a new one")
    attach(desk, noisy(tmp_path / "noise.png"), tmp_path / "notes.md")
    await desk.until(lambda: len(desk.window.composer.attachments.items) == 2)
    await desk.shell.chat.asking.drafts.flush()
    image, file, text = await stored(desk)
    assert isinstance(image, ImagePart)
    assert (image.data, bool(image.blob)) == ("", True)
    assert isinstance(file, FilePart)
    assert text == TextPart(text="for a new one")
    async with started_again(desk) as again:
        assert again.window.composer.text == "for a new one"
        attachments = again.window.composer.attachments
        assert [item.part.name for item in attachments.items] == ["noise.png", "notes.md"]
        await again.until(lambda: attachments.items[0].thumbnail is not None)
        assert attachments.items[0].size == (tmp_path / "noise.png").stat().st_size
        again.choose_conversation("First")
        await again.until(lambda: again.window.composer.text == "for the first")
        assert attachments.items == ()


async def test_what_is_typed_before_the_draft_is_read_stays_behind_it(desk: Desk) -> None:
    desk.type("from before")
    await desk.shell.chat.asking.drafts.flush()
    async with started_again(desk, typed="typed at once") as again:
        assert again.window.composer.text == "from before\n\ntyped at once"
        await again.shell.chat.asking.drafts.flush()
        assert await stored(again) == (TextPart(text="from before\n\ntyped at once"),)


async def test_nothing_is_stored_over_a_draft_that_was_not_read(desk: Desk) -> None:
    await desk.studio.history.put_draft("", (TextPart(text="from before"),))
    composer = Composer(desk.appearance)
    drafts = Drafts(composer, desk.studio.history)
    composer.edit.insert_text("typed at once")
    await drafts.flush()
    assert composer.text == "from before\n\ntyped at once"
    assert await stored(desk) == (TextPart(text="from before\n\ntyped at once"),)
    composer.deleteLater()


async def test_a_question_that_was_sent_is_no_draft_any_more(desk: Desk) -> None:
    desk.type("A question")
    await until_stored(desk, "A question")
    QTest.keyClick(desk.composer, Qt.Key.Key_Return)
    await desk.until(lambda: desk.titles == ["A question"])
    await desk.session.wait()
    await desk.shell.chat.asking.drafts.flush()
    assert await stored(desk) == ()
    assert await stored(desk, desk.session.conversation.id) == ()


async def test_a_question_that_could_not_be_stored_is_a_draft_still(impatient_history: None, desk: Desk) -> None:
    desk.type("Not stored")
    await until_stored(desk, "Not stored")
    with desk.another_program_writes():
        QTest.keyClick(desk.composer, Qt.Key.Key_Return)
        await desk.until(lambda: desk.window.notices.texts)
        assert desk.window.composer.text == "Not stored"
    assert await stored(desk) == (TextPart(text="Not stored"),)
    desk.press("Ctrl+N")
    assert desk.window.composer.text == "Not stored"  # the conversation was never stored, and cannot be opened again


async def test_a_disk_that_refuses_drafts_is_told_of_once(impatient_history: None, desk: Desk) -> None:
    drafts = desk.shell.chat.asking.drafts
    with desk.another_program_writes():
        desk.type("a")
        await drafts.flush()
        assert len(desk.window.notices.texts) == 1
        desk.window.notices.dismiss(desk.window.notices.texts[0])
        desk.type("b")
        await drafts.flush()
        assert desk.window.notices.texts == ()
    desk.type("c")
    await drafts.flush()
    assert await stored(desk) == (TextPart(text="abc"),)


async def test_nothing_of_a_temporary_conversation_is_stored(desk: Desk, tmp_path: Path) -> None:
    desk.type("not secret")
    desk.shell.chat.start_temporary()
    assert desk.window.composer.text == ""
    desk.type("Secret")
    await desk.shell.chat.asking.drafts.flush()
    assert await stored(desk) == (TextPart(text="not secret"),)
    QTest.keyClick(desk.composer, Qt.Key.Key_Return)
    await desk.until(lambda: desk.shell.chat.session and not desk.window.composer.text)
    await desk.session.wait()
    desk.type("more secrets")
    attach(desk, noisy(tmp_path / "noise.png"))
    await desk.until(lambda: len(desk.window.composer.attachments.items) == 1)
    await desk.shell.chat.asking.drafts.flush()
    temporary = desk.session.conversation.id
    assert await stored(desk, temporary) == ()
    assert await stored(desk) == (TextPart(text="not secret"),)
    desk.press("Ctrl+N")
    assert desk.window.composer.text == "not secret"
    desk.choose_conversation("Secret")
    await desk.until(lambda: desk.window.composer.text == "more secrets")
    QTest.keyClick(desk.composer, Qt.Key.Key_Return)
    await desk.until(lambda: len(desk.session.records) == 4)
    (image, _) = desk.session.records[2].message.parts
    assert isinstance(image, ImagePart)
    assert image.data
    await desk.rest()


async def test_a_file_that_is_read_late_belongs_to_the_conversation_it_was_chosen_for(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "notes.md").write_text("# Notes", encoding="utf-8")
    await desk.ask_and_wait("First")
    attach(desk, tmp_path / "notes.md")
    desk.press("Ctrl+N")
    assert desk.window.composer.attachments.items == ()
    desk.choose_conversation("First")
    await desk.until(lambda: len(desk.window.composer.attachments.items) == 1)
