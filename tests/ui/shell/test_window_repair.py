"""A history that is damaged: told, checked and repaired in the window, which goes on then."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from durability.content import change, filled
from PySide6.QtWidgets import QPushButton
from ui.shell.desk import FAST, SLOW, Desk
from ui.shell.dialogs import click, nameless, opened, part, run, said, shown
from ui.shell.living import Life, living

from chat_studio.backup.create import create
from chat_studio.paths import Paths
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.keeping.check_dialog import CheckDialog
from chat_studio.ui.keeping.restore_question import Answer, RestoreQuestion
from chat_studio.ui.notices import Banner

PAGE = 4096


@pytest.fixture
async def history(paths: Paths) -> Path:
    """With some conversations in it, and a backup of them."""
    await filled(paths.history, 4)
    create(paths)
    return paths.history


def destroy(path: Path, page: int) -> None:
    content = bytearray(path.read_bytes())
    content[(page - 1) * PAGE : page * PAGE] = os.urandom(PAGE)
    path.write_bytes(content)


@pytest.fixture
async def damaged(paths: Paths, history: Path, appearance: Appearance) -> AsyncIterator[Life]:
    """The program, started on a history of which the first page is destroyed."""
    destroy(history, 1)
    async with living(paths, FAST, SLOW) as life:
        yield life


@pytest.fixture
async def life(paths: Paths, history: Path, appearance: Appearance) -> AsyncIterator[Life]:
    async with living(paths, FAST, SLOW) as life:
        yield life


def remedy(desk: Desk) -> QPushButton:
    """The button of the banner that tells of the damage."""
    banners = (one for one in desk.window.findChildren(Banner) if not one.isHidden())  # others wait for their deletion
    (banner,) = (one for one in banners if "is damaged" in one.text)
    (button,) = banner.findChildren(QPushButton)
    return button


async def checked(desk: Desk) -> CheckDialog:
    dialog = await opened(desk, "checkDialog", CheckDialog)
    await desk.until(lambda: part(dialog, "checkHead").isVisible())
    return dialog


async def test_a_sound_history_is_said_to_be_sound(desk: Desk) -> None:
    await desk.ask_and_wait("Kept")
    run(desk, "Check the history")
    dialog = await checked(desk)
    assert nameless(dialog) == []
    assert "The history is sound." in said(dialog)
    assert not part(dialog, "repairButton").isVisible()
    click(dialog, "closeCheckButton")
    await desk.until(lambda: not shown(desk, "checkDialog"))


async def test_a_damaged_history_is_repaired_from_its_notice(damaged: Life) -> None:
    desk = await damaged.desk()
    assert desk.titles == []
    button = remedy(desk)
    assert button.text() == "Check and repair…"
    button.click()
    dialog = await checked(desk)
    assert "The history is damaged." in said(dialog)
    assert "What can be read is saved into a new file; the damaged one is kept." in said(dialog)
    click(dialog, "repairButton")
    after = await damaged.next_desk(desk)
    assert sorted(after.titles) == [f"Conversation {number}" for number in range(4)]
    (told,) = after.window.notices.texts
    (kept,) = after.paths.data.glob("history.damaged-*.sqlite3")
    assert told.startswith("The history was repaired.")
    assert kept.name in told
    after.choose_conversation("Conversation 2")
    await after.until(lambda: after.window.windowTitle().endswith("Conversation 2"))
    await after.ask_and_wait("And on?")
    assert (await after.studio.history.check()).is_clean


async def test_the_window_of_a_damaged_history_can_be_closed(damaged: Life) -> None:
    assert remedy(await damaged.desk()).isVisible()


async def test_a_backup_can_be_restored_over_a_damaged_history(paths: Paths, damaged: Life) -> None:
    desk = await damaged.desk()
    remedy(desk).click()
    dialog = await checked(desk)
    click(dialog, "checkBackupsButton")
    backups = await opened(desk, "backupDialog")
    await desk.until(lambda: part(backups, "restoreButton").isEnabled())
    click(backups, "restoreButton")
    await desk.until(lambda: backups.findChild(RestoreQuestion))
    part(backups, "restoreQuestion", RestoreQuestion).button(Answer.Ok).click()
    after = await damaged.next_desk(desk)
    assert len(after.titles) == 4
    assert list(paths.data.glob("history.damaged-*.sqlite3"))
    await after.ask_and_wait("Goes on")


async def test_findings_are_told_in_words_and_mended(history: Path, life: Life) -> None:
    desk = await life.desk()
    change(history, "UPDATE conversations SET leaf_id = 'nowhere' WHERE title = 'Conversation 1'")
    run(desk, "Check the history")
    dialog = await checked(desk)
    assert "1 thing can be repaired." in said(dialog)
    assert "→" in said(dialog)
    assert "The file is copied first" in said(dialog)
    click(dialog, "repairButton")
    after = await life.next_desk(desk)
    (told,) = after.window.notices.texts
    assert told.startswith("The history was repaired.")
    assert list(after.paths.data.glob("history.before-repair-*.sqlite3"))
    assert (await after.studio.history.check()).is_clean


async def test_an_answer_that_is_coming_is_said_to_be_stopped(history: Path, life: Life) -> None:
    desk = await life.desk()
    change(history, "UPDATE conversations SET leaf_id = 'nowhere' WHERE title = 'Conversation 1'")
    desk.use("Slow")
    desk.ask("Running")
    await desk.until(lambda: desk.running and desk.answer.message.text)
    run(desk, "Check the history")
    dialog = await checked(desk)
    assert "The answer that is coming is stopped." in said(dialog)
    assert desk.running
    click(dialog, "repairButton")
    after = await life.next_desk(desk)
    assert any(title.endswith("Running") for title in after.titles)  # there was a draft before
    assert not after.studio.sessions.running_ids()


async def test_a_repair_that_is_refused_changes_nothing(impatient_history: None, history: Path, life: Life) -> None:
    desk = await life.desk()
    change(history, "UPDATE conversations SET leaf_id = 'nowhere' WHERE title = 'Conversation 1'")
    run(desk, "Check the history")
    dialog = await checked(desk)
    with desk.another_program_writes():
        click(dialog, "repairButton")
        await desk.until(lambda: part(dialog, "checkReason").isVisible())
    assert "in use by another program" in said(dialog)
    dialog.reject()
    await desk.until(lambda: not shown(desk, "checkDialog"))
    desk.choose_conversation("Conversation 2")
    await desk.until(lambda: desk.window.windowTitle().endswith("Conversation 2"))
    await desk.ask_and_wait("Goes on")
