"""The list of conversations: renaming, deleting, finding."""

from __future__ import annotations

from datetime import date

import pytest
from history.stored import all_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from ui.shell.desk import Desk

from chat_studio.ui.conversation_model import Roles, group_of


async def test_f2_renames_in_place(desk: Desk) -> None:
    await desk.ask_and_wait("Before")
    desk.list.setFocus()
    QTest.keyClick(desk.list, Qt.Key.Key_F2)
    editor = desk.list.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "After")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    await desk.until(lambda: desk.titles == ["After"])
    assert desk.window.windowTitle() == "Chat Studio – After"
    assert await desk.id_of("After")


async def test_escape_leaves_the_title_as_it_was(desk: Desk) -> None:
    await desk.ask_and_wait("Before")
    desk.list.setFocus()
    QTest.keyClick(desk.list, Qt.Key.Key_F2)
    editor = desk.list.findChild(QLineEdit)
    QTest.keyClicks(editor, "Typed in vain")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert desk.titles == ["Before"]


async def test_a_running_answer_elsewhere_does_not_end_a_rename(desk: Desk) -> None:
    await desk.ask_and_wait("Older")
    desk.press("Ctrl+N")
    await desk.ask_and_wait("Newer")
    desk.list.setFocus()
    QTest.keyClick(desk.list, Qt.Key.Key_F2)
    editor = desk.list.findChild(QLineEdit)
    QTest.keyClicks(editor, "Half")
    older = await desk.studio.sessions.open(await desk.id_of("Older"))
    await older.send("again", connection_id="demo", model="demo")
    await older.wait()
    assert desk.titles[0] == "Older"
    assert editor.isVisible()
    assert editor.text() == "Half"


@pytest.mark.parametrize("undo", ["button", "key"])
async def test_delete_can_be_undone(desk: Desk, undo: str) -> None:
    await desk.ask_and_wait("Kept")
    desk.press("Ctrl+N")
    await desk.ask_and_wait("Gone")
    desk.list.setFocus()
    width = desk.composer.width()
    QTest.keyClick(desk.list, Qt.Key.Key_Delete)
    await desk.until(lambda: desk.titles == ["Kept"] and desk.window.toast.isVisible())
    assert desk.composer.width() == width  # the toast lies above the conversation, not beside it
    assert [record.title for record in await all_of(desk.studio.history)] == ["Kept"]
    if undo == "button":
        QTest.mouseClick(desk.window.toast.findChild(QPushButton), Qt.MouseButton.LeftButton)
    else:
        desk.press("Ctrl+Z")
    await desk.until(lambda: desk.titles == ["Gone", "Kept"] and desk.window.windowTitle().endswith("Gone"))
    assert len(await all_of(desk.studio.history)) == 2
    assert not desk.window.toast.isVisible()


async def test_deleting_a_running_conversation_stops_it(desk: Desk) -> None:
    desk.use("Slow")
    desk.ask("Running")
    await desk.until(lambda: desk.running)
    desk.list.setFocus()
    QTest.keyClick(desk.list, Qt.Key.Key_Delete)
    await desk.until(lambda: desk.window.toast.isVisible())
    assert desk.studio.sessions.running_ids() == frozenset()
    assert desk.titles == []


async def test_search_filters_titles_at_once_and_finds_messages(desk: Desk) -> None:
    await desk.ask_and_wait("Parsing events")
    desk.press("Ctrl+N")
    await desk.ask_and_wait("Cooking soup")
    desk.press("Ctrl+Shift+F")
    field = desk.find("searchField", QLineEdit)
    assert desk.window.focusWidget() is field
    QTest.keyClicks(field, "soup")
    await desk.until(lambda: desk.titles[:1] == ["Cooking soup"] and "Parsing events" not in desk.titles)
    await desk.until(lambda: len(desk.titles) > 1)  # the question, and the answer that quotes it
    hit = desk.list.model().index(1, 0)
    assert "soup" in hit.data(Roles.SNIPPET)
    assert hit.data(Roles.GROUP) == "Messages (2)"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    await desk.until(lambda: set(desk.titles) == {"Cooking soup", "Parsing events"})


async def test_a_hit_opens_its_conversation(desk: Desk) -> None:
    await desk.ask_and_wait("Parsing events")
    desk.press("Ctrl+N")
    QTest.keyClicks(desk.find("searchField", QLineEdit), "events")
    await desk.until(lambda: len(desk.titles) > 1)
    desk.list.setCurrentIndex(desk.list.model().index(1, 0))
    await desk.until(lambda: desk.window.windowTitle().endswith("Parsing events"))


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 3, 18), "Today"),
        (date(2026, 3, 19), "Today"),  # a clock that was ahead
        (date(2026, 3, 17), "Yesterday"),
        (date(2026, 3, 12), "This week"),
        (date(2026, 3, 11), "Last week"),
        (date(2026, 3, 4), "March"),
        (date(2026, 1, 31), "January"),
        (date(2025, 12, 31), "December 2025"),
    ],
)
def test_conversations_are_grouped_by_day(day: date, group: str) -> None:
    assert group_of(day, date(2026, 3, 18)) == group


async def test_a_hit_in_a_branch_that_is_not_shown_shows_it(desk: Desk) -> None:
    await desk.ask_and_wait("The blue whale")
    await desk.session.edit(desk.session.records[0].id, "The red fox")
    await desk.session.wait()
    desk.press("Ctrl+N")
    QTest.keyClicks(desk.find("searchField", QLineEdit), "whale role:user")
    await desk.until(
        lambda: any(desk.list.model().index(row, 0).data(Roles.SNIPPET) for row in range(len(desk.titles)))
    )
    desk.list.setCurrentIndex(desk.list.model().index(len(desk.titles) - 1, 0))
    await desk.until(lambda: desk.shell.chat.session and desk.session.records[0].message.text == "The blue whale")


async def filter_menu(desk: Desk) -> QMenu:
    desk.click("filterButton")
    await desk.until(lambda: desk.window.findChild(QMenu, "filterMenu"))
    return desk.find("filterMenu", QMenu)


async def test_filters_are_offered_and_written_into_the_field(desk: Desk) -> None:
    await desk.ask_and_wait("Parsing events")
    field = desk.find("searchField", QLineEdit)
    QTest.keyClicks(field, "events")
    await desk.until(lambda: len(desk.titles) > 2)  # the title, the question, and the answer that quotes it
    menu = await filter_menu(desk)
    (mine,) = (action for action in menu.actions() if action.text() == "In my questions")
    mine.trigger()
    assert field.text() == "role:user events"
    await desk.until(lambda: len(desk.titles) == 2)
    menu.close()
    await desk.until(lambda: not desk.window.findChild(QMenu))
    menu = await filter_menu(desk)
    (model,) = (action for action in menu.actions() if action.text() == "Model")
    assert [action.text() for action in model.menu().actions()] == ["demo"]
    (none,) = (action for action in menu.actions() if action.text() == "Without filters")
    none.trigger()
    assert field.text() == "events"
    menu.close()


async def test_a_search_that_has_only_filters_lists_messages_alone(desk: Desk) -> None:
    await desk.ask_and_wait("Parsing events")
    QTest.keyClicks(desk.find("searchField", QLineEdit), "role:user")
    await desk.until(lambda: len(desk.titles) == 1 and desk.list.model().index(0, 0).data(Roles.SNIPPET))
    assert desk.list.model().index(0, 0).data(Roles.GROUP) == "Messages (1)"
