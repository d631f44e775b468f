"""A list of many conversations: only what it was scrolled to is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit
from ui.shell.desk import Desk

from chat_studio.history import conversations
from chat_studio.history.records import ConversationRecord
from chat_studio.ui.conversation_model import ConversationModel, Roles
from chat_studio.ui.listing import PAGE

NOW = datetime.now(UTC)


def record(number: int, *, pinned: bool = False, title: str = "") -> ConversationRecord:
    time = NOW - timedelta(hours=number)
    return ConversationRecord(f"{number:05}", title or f"Title {number}", time, time, pinned=pinned)


@pytest.fixture
def model(qapp: object) -> ConversationModel:
    model = ConversationModel()
    model.tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)  # type: ignore[attr-defined]
    return model


def titles(model: ConversationModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def groups(model: ConversationModel) -> list[str]:
    return [model.index(row, 0).data(Roles.GROUP) for row in range(model.rowCount())]


def test_a_change_moves_one_row(model: ConversationModel) -> None:
    model.set_records([record(number) for number in range(3)])
    model.put(replace(record(2), updated_at=NOW + timedelta(minutes=1)))
    assert titles(model) == ["Title 2", "Title 0", "Title 1"]
    model.put(replace(record(1), title="Renamed"))
    assert titles(model) == ["Title 2", "Title 0", "Renamed"]
    model.put(record(0, pinned=True))
    assert titles(model) == ["Title 0", "Title 2", "Renamed"]
    assert groups(model)[0] == "Pinned"
    model.put(record(0))
    assert titles(model) == ["Title 2", "Title 0", "Renamed"]
    model.take("00002")
    assert titles(model) == ["Title 0", "Renamed"]


def test_what_follows_all_that_was_read_comes_when_it_is_read(model: ConversationModel) -> None:
    model.set_records([record(0), record(1)], complete=False)
    model.put(record(7))
    assert titles(model) == ["Title 0", "Title 1"]
    assert model.canFetchMore(QModelIndex())
    model.add_records([record(1), record(7)], complete=True)
    assert titles(model) == ["Title 0", "Title 1", "Title 7"]
    assert not model.canFetchMore(QModelIndex())


def test_temporary_ones_stand_first_and_move_nothing(model: ConversationModel) -> None:
    model.set_records([record(0, pinned=True), record(1)], temporary=[record(9)])
    assert titles(model) == ["Title 9", "Title 0", "Title 1"]
    model.put(record(8), temporary=True)
    assert titles(model) == ["Title 8", "Title 9", "Title 0", "Title 1"]
    model.put(replace(record(9), title="Other"), temporary=True)
    model.take("00008")
    assert titles(model) == ["Other", "Title 0", "Title 1"]
    assert groups(model)[:2] == ["Temporary", "Pinned"]


async def test_scrolling_reads_page_by_page(desk: Desk) -> None:
    count = 3 * PAGE
    for number in range(count):
        made = replace(conversations.new("demo", "demo"), title=f"Title {number}", updated_at=record(number).updated_at)
        await desk.studio.history._run(conversations.insert, made)
    desk.press("Ctrl+Shift+F")
    field = desk.find("searchField", QLineEdit)
    field.setText("title")
    await desk.until(lambda: len(desk.titles) == PAGE)
    field.clear()
    await desk.until(lambda: desk.titles[:1] == ["Title 0"] and len(desk.titles) == PAGE)
    seen = 0
    while len(desk.titles) < count:
        assert len(desk.titles) > seen
        seen = len(desk.titles)
        await desk.until(lambda: desk.list.scrollToBottom() or len(desk.titles) > seen)  # noqa: B023
    assert desk.titles == [f"Title {number}" for number in range(count)]
