"""Keeping conversations in order from the sidebar: pins, folders, tags, the archive, and what is listed of them."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QMenu, QPushButton
from ui.shell.desk import PATIENCE, Desk

from chat_studio.history.records import ConversationRecord
from chat_studio.ui.conversation_list import ConversationList
from chat_studio.ui.conversation_model import Roles
from chat_studio.ui.widgets.prompt import Prompt


async def with_conversations(desk: Desk, *titles: str) -> None:
    for title in titles:
        desk.press("Ctrl+N")
        await desk.ask_and_wait(title)


async def menu_of(desk: Desk, title: str) -> QMenu:
    index = desk.list.model().index(desk.titles.index(title), 0)
    desk.list.customContextMenuRequested.emit(desk.list.visualRect(index).center())
    await desk.until(lambda: desk.window.findChild(QMenu, "conversationMenu"))
    return desk.find("conversationMenu", QMenu)


async def choose(desk: Desk, menu: QMenu, *names: str) -> None:
    """Goes through the menus to an entry, and closes them."""
    entries, name_of_menu = menu.actions(), menu.objectName()
    for name in names:
        (action,) = (known for known in entries if known.text().partition("\t")[0] == name)
        entries = action.menu().actions() if action.menu() else []
    action.trigger()
    menu.close()
    await desk.until(lambda: not desk.window.findChild(QMenu, name_of_menu))


async def scope(desk: Desk, name: str) -> None:
    """Opens the menu until it has the entry: what it names may just be on its way to the disk."""
    async with asyncio.timeout(PATIENCE):
        while True:
            desk.click("scopeButton")
            await desk.until(lambda: desk.window.findChild(QMenu, "scopeMenu"))
            menu = desk.find("scopeMenu", QMenu)
            if name in [action.text().partition("\t")[0] for action in menu.actions()]:
                break
            menu.close()
            await desk.until(lambda: not desk.window.findChild(QMenu, "scopeMenu"))
    await choose(desk, menu, name)


async def answer_prompt(desk: Desk, text: str) -> None:
    await desk.until(lambda: desk.window.findChild(Prompt))
    prompt = desk.find("prompt", Prompt)
    field = prompt.findChild(QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    await desk.until(lambda: not desk.window.findChild(Prompt))


async def stored(desk: Desk, title: str) -> ConversationRecord:
    return await desk.studio.history.conversation(await desk.id_of(title))


async def test_a_menu_is_about_its_conversation_and_opens_none(desk: Desk) -> None:
    await desk.ask_and_wait("Other")
    desk.press("Ctrl+N")
    await desk.ask_and_wait("Shown")
    await desk.until(lambda: desk.titles == ["Shown", "Other"])
    other = desk.list.visualRect(desk.list.model().index(desk.titles.index("Other"), 0))
    QTest.mouseClick(desk.list.viewport(), Qt.MouseButton.RightButton, pos=other.center())
    assert desk.session.records[0].message.text == "Shown"
    desk.find("conversationList", ConversationList).rename(await desk.id_of("Other"))  # as the menu does
    editor = desk.list.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "Renamed")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    await desk.until(lambda: desk.titles == ["Shown", "Renamed"])
    assert desk.session.records[0].message.text == "Shown"


async def test_a_pinned_conversation_stands_first(desk: Desk) -> None:
    await with_conversations(desk, "Older", "Newer")
    await choose(desk, await menu_of(desk, "Older"), "Pin")
    assert desk.titles == ["Older", "Newer"]
    groups = [desk.list.model().index(row, 0).data(Roles.GROUP) for row in range(2)]
    assert groups == ["Pinned", "Today"]
    await desk.until(lambda: not desk.window.findChild(QMenu))
    assert (await stored(desk, "Older")).pinned
    await desk.ask_and_wait("and?")
    assert desk.titles == ["Older", "Newer"], "an answer elsewhere does not go before it"
    await choose(desk, await menu_of(desk, "Older"), "Unpin")
    assert desk.titles == ["Newer", "Older"]


async def test_a_conversation_goes_into_a_new_folder_and_out_again(desk: Desk) -> None:
    await with_conversations(desk, "Soup", "Parser")
    await choose(desk, await menu_of(desk, "Soup"), "Move to folder", "New folder…")
    await answer_prompt(desk, "Kitchen")
    await scope(desk, "Kitchen")
    await desk.until(lambda: desk.titles == ["Soup"])
    button = desk.find("scopeButton", QAbstractButton)
    assert (button.text(), button.accessibleName()) == ("Kitchen", "Shown: Kitchen")
    await choose(desk, await menu_of(desk, "Soup"), "Move to folder", "None")
    await desk.until(lambda: desk.titles == [])
    await scope(desk, "All conversations")
    await desk.until(lambda: desk.titles == ["Parser", "Soup"])


async def test_a_folder_can_be_renamed_and_deleted_and_its_conversations_stay(desk: Desk) -> None:
    await with_conversations(desk, "Soup")
    await choose(desk, await menu_of(desk, "Soup"), "Move to folder", "New folder…")
    await answer_prompt(desk, "Kitchen")
    await scope(desk, "Kitchen")
    await scope(desk, "Rename folder…")
    await answer_prompt(desk, "Cooking")
    button = desk.find("scopeButton", QAbstractButton)
    await desk.until(lambda: button.text() == "Cooking")
    await scope(desk, "Delete folder")
    await desk.until(lambda: button.text() == "All conversations" and desk.titles == ["Soup"])
    changes: list[None] = []
    desk.shell.shelf.organising.changed.connect(lambda: changes.append(None))
    QTest.mouseClick(desk.window.toast.findChild(QPushButton), Qt.MouseButton.LeftButton)
    await desk.until(lambda: changes)
    await scope(desk, "Cooking")
    await desk.until(lambda: desk.titles == ["Soup"])


async def test_tags_are_written_with_commas_and_narrow_the_list(desk: Desk) -> None:
    await with_conversations(desk, "Soup", "Parser")
    await choose(desk, await menu_of(desk, "Soup"), "Tags…")
    await answer_prompt(desk, "warm, Food")
    await scope(desk, "Food")
    await desk.until(lambda: desk.titles == ["Soup"])
    assert (await stored(desk, "Soup")).tags == ("Food", "warm")
    await choose(desk, await menu_of(desk, "Soup"), "Tags…")
    await answer_prompt(desk, "warm")
    button = desk.find("scopeButton", QAbstractButton)
    await desk.until(lambda: button.text() == "All conversations")  # a tag that nobody has is no scope


@pytest.mark.parametrize("open_it", [True, False])
async def test_the_archive(desk: Desk, open_it: bool) -> None:
    await with_conversations(desk, "Done", "Going on")
    if open_it:
        desk.choose_conversation("Done")
        await desk.until(lambda: desk.window.windowTitle().endswith("Done"))
    await choose(desk, await menu_of(desk, "Done"), "Archive")
    assert desk.titles == ["Going on"]
    await scope(desk, "Archive")
    await desk.until(lambda: desk.titles == ["Done"])
    if open_it:
        await desk.ask_and_wait("More")
        assert desk.titles == ["Done"], "an answer does not take it out"
    await choose(desk, await menu_of(desk, "Done"), "Take out of the archive")
    await desk.until(lambda: desk.titles == [])
    await scope(desk, "All conversations")
    await desk.until(lambda: set(desk.titles) == {"Done", "Going on"})


async def test_archiving_can_be_undone(desk: Desk) -> None:
    await with_conversations(desk, "Done")
    await choose(desk, await menu_of(desk, "Done"), "Archive")
    QTest.mouseClick(desk.window.toast.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert desk.titles == ["Done"]
    async with asyncio.timeout(PATIENCE):
        while (await stored(desk, "Done")).archived:  # noqa: ASYNC110 - what is stored is no event
            await asyncio.sleep(0)


async def test_what_cannot_be_stored_is_taken_back(impatient_history: None, desk: Desk) -> None:
    await with_conversations(desk, "Soup", "Parser")
    menu = await menu_of(desk, "Soup")
    with desk.another_program_writes():
        await choose(desk, menu, "Pin")
        await desk.until(lambda: desk.titles == ["Parser", "Soup"])
        await desk.until(lambda: any("in use" in label.text() for label in desk.window.notices.findChildren(QLabel)))


async def test_a_rename_and_a_pin_hold_in_a_conversation_that_is_open(desk: Desk) -> None:
    await with_conversations(desk, "Soup")
    await choose(desk, await menu_of(desk, "Soup"), "Pin")
    desk.use("Slow")
    await desk.until(lambda: desk.session.conversation.connection_id == "slow")
    assert desk.list.model().index(0, 0).data(Roles.PINNED)
    assert desk.session.conversation.pinned


async def test_a_temporary_conversation_is_listed_apart_and_gone_when_it_is_deleted(desk: Desk) -> None:
    await with_conversations(desk, "Kept")
    desk.press("Ctrl+Shift+N")
    await desk.ask_and_wait("Secret")
    assert desk.titles == ["Secret", "Kept"]
    groups = [desk.list.model().index(row, 0).data(Roles.GROUP) for row in range(2)]
    assert groups == ["Temporary", "Today"]
    names = [action.text() for action in (await menu_of(desk, "Secret")).actions() if action.text()]
    assert names == ["Rename", "Delete"]
    desk.find("conversationMenu", QMenu).close()
    desk.choose_conversation("Kept")
    await desk.until(lambda: desk.window.windowTitle().endswith("Kept"))
    desk.choose_conversation("Secret")
    await desk.until(lambda: desk.window.windowTitle().endswith("Secret"))
    desk.list.setFocus()
    QTest.keyClick(desk.list, Qt.Key.Key_Delete)
    await desk.until(lambda: desk.titles == ["Kept"] and not desk.studio.sessions.temporary())


async def test_the_menu_key_opens_the_menu(desk: Desk) -> None:
    await with_conversations(desk, "Soup")
    desk.list.setFocus()
    desk.list.customContextMenuRequested.emit(QPoint(40, desk.list.visualRect(desk.list.currentIndex()).center().y()))
    await desk.until(lambda: desk.window.findChild(QMenu, "conversationMenu"))
    desk.find("conversationMenu", QMenu).close()
