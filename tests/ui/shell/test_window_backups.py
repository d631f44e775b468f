"""Backups from the window: made, listed, restored into a window that goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QListView, QMessageBox, QPlainTextEdit
from ui.shell.desk import FAST, SLOW, Desk
from ui.shell.dialogs import choose_file, click, nameless, opened, part, run, said, shown
from ui.shell.living import Life, living

from chat_studio.paths import Paths
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.keeping.backup_dialog import BackupDialog
from chat_studio.ui.keeping.restore_question import Answer, RestoreQuestion


@pytest.fixture
async def life(paths: Paths, appearance: Appearance) -> AsyncIterator[Life]:
    del appearance  # the test's own goes first
    async with living(paths, FAST, SLOW) as life:
        yield life


async def dialog_of(desk: Desk, command: str = "Restore a backup") -> BackupDialog:
    run(desk, command)
    dialog = await opened(desk, "backupDialog", BackupDialog)
    await desk.until(lambda: part(dialog, "restoreButton").isEnabled() or "There is no backup yet." in said(dialog))
    return dialog


async def question_of(desk: Desk, dialog: BackupDialog) -> RestoreQuestion:
    await desk.until(lambda: dialog.findChild(RestoreQuestion))
    return part(dialog, "restoreQuestion", RestoreQuestion)


async def backed_up(desk: Desk) -> BackupDialog:
    dialog = await dialog_of(desk, "Back up now")
    click(dialog, "backUpButton")
    await desk.until(lambda: "Backed up as" in said(dialog) and part(dialog, "restoreButton").isEnabled())
    return dialog


def rows(dialog: BackupDialog) -> int:
    return part(dialog, "backupList", QListView).model().rowCount()


async def test_one_is_made_and_listed(desk: Desk) -> None:
    await desk.ask_and_wait("Kept")
    dialog = await dialog_of(desk, "Back up now")
    assert nameless(dialog) == []
    assert dialog.focusWidget().objectName() == "backUpButton"
    assert "There is no backup yet." in said(dialog)
    assert not part(dialog, "restoreButton").isEnabled()
    click(dialog, "backUpButton")
    await desk.until(lambda: rows(dialog) == 1)
    (file,) = desk.paths.backups.glob("backup-*.zip")
    assert str(file) in said(dialog)
    model = part(dialog, "backupList", QListView).model()
    assert "1 conversation" in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert part(dialog, "restoreButton").isEnabled()
    dialog.reject()


async def test_one_is_made_elsewhere(desk: Desk, tmp_path: Path) -> None:
    await desk.ask_and_wait("Kept")
    dialog = await dialog_of(desk, "Back up now")
    click(dialog, "backUpElsewhereButton")
    await desk.until(lambda: dialog.findChild(QFileDialog))
    choose_file(dialog.findChild(QFileDialog), tmp_path / "stick.zip")
    await desk.until(lambda: "Backed up as" in said(dialog))
    assert (tmp_path / "stick.zip").exists()
    dialog.reject()


async def test_a_refusal_is_told_in_the_dialog(desk: Desk) -> None:
    await desk.ask_and_wait("Kept")
    desk.paths.backups.write_text("a file where the folder should be")
    dialog = await dialog_of(desk, "Back up now")
    click(dialog, "backUpButton")
    await desk.until(lambda: part(dialog, "backupReason").isVisible())
    assert part(dialog, "backUpButton").isEnabled()
    dialog.reject()


async def test_stopped_in_the_middle_it_leaves_nothing(desk: Desk) -> None:
    await desk.ask_and_wait("Kept")
    dialog = await dialog_of(desk, "Back up now")
    click(dialog, "backUpButton")
    assert dialog.is_working
    click(dialog, "closeBackupsButton")
    await desk.until(lambda: not dialog.is_working)
    assert "Stopped." in said(dialog)
    assert list(desk.paths.backups.glob("*.zip")) == []
    dialog.reject()


async def test_restored_the_window_goes_on_with_what_was(life: Life) -> None:
    desk = await life.desk()
    await desk.ask_and_wait("Kept")
    (await backed_up(desk)).reject()
    await desk.until(lambda: not shown(desk, "backupDialog"))
    desk.press("Ctrl+N")
    await desk.ask_and_wait("Later")
    desk.press("Ctrl+N")
    desk.type("a draft")
    dialog = await dialog_of(desk)
    click(dialog, "restoreButton")
    question = await question_of(desk, dialog)
    assert "1 conversation with 2 messages" in question.informativeText()
    assert "answer" not in question.informativeText()
    assert question.defaultButton() is question.button(Answer.Cancel)
    question.button(Answer.Ok).click()
    after = await life.next_desk(desk)
    await after.until(lambda: after.titles == ["Kept"])
    (told,) = after.window.notices.texts
    assert told.startswith("Restored 1 conversation of ")
    (kept,) = after.paths.backups.glob("before-restore-*.zip")
    assert kept.name in told
    after.choose_conversation("Kept")
    await after.until(lambda: after.window.windowTitle().endswith("Kept"))
    await after.ask_and_wait("And on?")
    assert len(after.session.records) == 4

    back = await dialog_of(after)  # and the way back from there
    assert rows(back) == 2
    click(back, "restoreButton")
    (await question_of(after, back)).button(Answer.Ok).click()
    last = await life.next_desk(after)
    await last.until(lambda: last.titles == ["Later", "Kept"])
    assert last.find("composer", QPlainTextEdit).toPlainText() == "a draft"
    last.appearance.choose("dark", 18)  # nothing of the windows that are gone hears of it
    assert last.window.find_bar.field.font().pixelSize() == 17


async def test_a_running_answer_is_asked_about_first(life: Life) -> None:
    desk = await life.desk()
    await desk.ask_and_wait("Kept")
    (await backed_up(desk)).reject()
    desk.press("Ctrl+N")
    desk.use("Slow")
    desk.ask("Running")
    await desk.until(lambda: desk.running and desk.answer.message.text)
    dialog = await dialog_of(desk)
    click(dialog, "restoreButton")
    question = await question_of(desk, dialog)
    assert "An answer is coming: it is stopped first" in question.informativeText()
    question.button(Answer.Cancel).click()
    await desk.until(lambda: not dialog.findChild(QMessageBox))
    assert desk.running
    assert list(desk.paths.backups.glob("before-restore-*")) == []
    click(dialog, "restoreButton")
    (await question_of(desk, dialog)).button(Answer.Ok).click()
    after = await life.next_desk(desk)
    await after.until(lambda: after.titles == ["Kept"])
    assert not after.running


async def test_temporary_conversations_are_said_to_be_lost(desk: Desk) -> None:
    await desk.ask_and_wait("Kept")
    (await backed_up(desk)).reject()
    desk.press("Ctrl+Shift+N")
    await desk.ask_and_wait("Nowhere")
    dialog = await dialog_of(desk)
    click(dialog, "restoreButton")
    question = await question_of(desk, dialog)
    assert "The temporary conversation is lost" in question.informativeText()
    question.button(Answer.Cancel).click()
    dialog.reject()


async def test_a_file_that_is_no_backup_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    await desk.ask_and_wait("Kept")
    other = tmp_path / "other.zip"
    other.write_bytes(b"PK\x03\x04 no backup")
    dialog = await dialog_of(desk)
    click(dialog, "restoreOtherButton")
    await desk.until(lambda: dialog.findChild(QFileDialog))
    choose_file(dialog.findChild(QFileDialog), other)
    await desk.until(lambda: part(dialog, "backupReason").isVisible())
    dialog.reject()
    await desk.until(lambda: not shown(desk, "backupDialog"))
    await desk.ask_and_wait("Goes on")
    assert len(desk.session.records) == 4


async def test_another_program_that_has_the_history_is_told_in_the_dialog(impatient_history: None, desk: Desk) -> None:
    await desk.ask_and_wait("Kept")
    dialog = await backed_up(desk)
    with closing(sqlite3.connect(desk.paths.history)) as other:
        other.execute("SELECT count(*) FROM messages").fetchone()
        click(dialog, "restoreButton")
        (await question_of(desk, dialog)).button(Answer.Ok).click()
        await desk.until(lambda: part(dialog, "backupReason").isVisible())
    assert not desk.paths.prepared_restore.exists()
    dialog.reject()
    await desk.until(lambda: not shown(desk, "backupDialog"))
    await desk.ask_and_wait("Goes on")


async def test_what_cannot_be_put_in_place_is_told_and_all_is_as_before(
    impatient_history: None, life: Life, paths: Paths
) -> None:
    desk = await life.desk()
    await desk.ask_and_wait("Kept")
    made = await desk.studio.backups.create()
    await desk.ask_and_wait("Later")
    await desk.studio.backups.prepare_restore(made.path)
    with closing(sqlite3.connect(paths.history)) as other:
        other.execute("SELECT count(*) FROM messages").fetchone()
        desk.window.restart_requested.emit(["Restored."])
        after = await life.next_desk(desk)
    (told,) = after.window.notices.texts
    assert told.startswith("The backup was not restored.")
    after.choose_conversation("Kept")
    await after.until(lambda: after.shell.chat.session and len(after.session.records) == 4)


async def test_the_first_of_the_day_is_made_by_itself(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat_studio.backup.service.START_SECONDS", 0.05)
    desk = await life.desk()
    await desk.ask_and_wait("Kept")
    desk.window.restart_requested.emit([])
    after = await life.next_desk(desk)
    await after.until(lambda: list(after.paths.backups.glob("automatic-*.zip")))
    dialog = await dialog_of(after)
    model = part(dialog, "backupList", QListView).model()
    assert "automatic" in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    dialog.reject()


async def test_none_is_made_by_itself_when_that_is_switched_off(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await life.desk()
    await desk.ask_and_wait("Kept")
    desk.press("Ctrl+,")
    settings = await opened(desk, "settingsDialog")
    QTest.keyClick(part(settings, "setting_daily_backup", QCheckBox), Qt.Key.Key_Space)
    await desk.until(desk.paths.settings.exists)
    click(settings, "settingsDoneButton")
    looks: list[bool] = []
    monkeypatch.setattr("chat_studio.backup.service.START_SECONDS", 0.01)
    monkeypatch.setattr("chat_studio.backup.service.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("chat_studio.backup.daily.make_if_due", lambda *_: looks.append(True))
    desk.window.restart_requested.emit([])
    after = await life.next_desk(desk)
    await after.ask_and_wait("Goes on")
    dialog = await dialog_of(after)
    assert "switched off in the settings" in said(dialog)
    assert looks == []
    dialog.reject()


async def test_a_daily_backup_that_fails_is_told_once(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await life.desk()
    await desk.ask_and_wait("Kept")
    desk.paths.backups.write_text("a file where the folder should be")
    monkeypatch.setattr("chat_studio.backup.service.START_SECONDS", 0.01)
    desk.window.restart_requested.emit([])
    after = await life.next_desk(desk)
    await after.until(lambda: after.window.notices.texts)
    (told,) = after.window.notices.texts
    assert told.startswith("Today’s backup could not be made: ")
    await after.ask_and_wait("Goes on")


async def test_a_daily_backup_in_the_making_is_not_in_the_way_of_a_restore(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await life.desk()
    await desk.ask_and_wait("Kept")
    made = await desk.studio.backups.create()
    monkeypatch.setattr("chat_studio.backup.service.START_SECONDS", 0.01)
    monkeypatch.setattr("chat_studio.backup.daily.PAUSE", 0.2)
    desk.window.restart_requested.emit([])
    after = await life.next_desk(desk)
    await after.until(lambda: list(after.paths.backups.glob(".chat-studio-backup-*")))
    dialog = await dialog_of(after)
    dialog.restore_wanted.emit(made.path)
    (await question_of(after, dialog)).button(Answer.Ok).click()
    last = await life.next_desk(after)
    assert last.titles == ["Kept"]
    assert last.window.notices.texts[0].startswith("Restored")
