"""The selectors: the file, the server's models, the conversation's route."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from ui.shell.desk import FAST, SLOW, Desk

from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.model import Connection
from chat_studio.history.records import MessageState
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.composer import Composer


class Paints(QObject):
    """Counts how often a widget is painted as a whole: a cursor that blinks does not count."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent) and isinstance(watched, QWidget):
            self.count += event.region().contains(watched.rect())
        return super().eventFilter(watched, event)


def rows(desk: Desk) -> list[str]:
    return [desk.connections.itemText(row) for row in range(desk.connections.count())]


def models(desk: Desk) -> list[str]:
    return [desk.models.itemText(row) for row in range(desk.models.count())]


async def test_models_are_listed_live(desk: Desk) -> None:
    assert "demo-fast" in models(desk)
    assert desk.models.currentText() == "demo"


async def test_a_typed_model_is_asked(desk: Desk) -> None:
    field = desk.models.lineEdit()
    assert field is not None
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    await desk.until(field.hasSelectedText)
    QTest.keyClicks(field, "no-such-model")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.window.focusWidget() is desk.composer
    await desk.ask_and_wait("Which model?")
    assert desk.answer.model == "no-such-model"
    assert desk.answer.state is MessageState.FAILED
    assert "no-such-model" in desk.answer.error.message


async def test_a_connection_added_outside_appears(desk: Desk) -> None:
    desk.write_connections(FAST, SLOW, {**FAST, "id": "third", "name": "Third"})
    await desk.until(lambda: rows(desk) == ["Demo", "Slow", "Third"])
    desk.write_connections(FAST)  # the new file is watched as well
    await desk.until(lambda: rows(desk) == ["Demo"])


async def test_a_connection_stored_while_the_file_is_read_appears(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    store = desk.studio.connections
    read, meanwhile = store.current, [Connection.model_validate({**FAST, "id": "third", "name": "Third"})]

    def overtaken() -> ConnectionFile:
        file = read()
        while meanwhile:
            store.save(meanwhile.pop())
        return file

    monkeypatch.setattr(store, "current", overtaken)
    desk.shell.routes.close()  # who watches the file would read it once more
    desk.write_connections(FAST)
    for expected in (["Demo"], ["Demo", "Third"]):
        desk.shell.routes.reload()
        await desk.until(lambda expected=expected: rows(desk) == expected)


async def test_a_file_written_in_place_is_noticed(desk: Desk) -> None:
    desk.paths.connections.write_text(json.dumps({"connections": [FAST]}), encoding="utf-8")
    await desk.until(lambda: rows(desk) == ["Demo"])


async def test_a_broken_entry_is_greyed_with_its_reason(desk: Desk) -> None:
    desk.write_connections(FAST, {**SLOW, "timeout": -5})
    await desk.until(lambda: rows(desk) == ["Demo", "Slow (cannot be used)"])
    broken = desk.connections.model().index(1, 0)
    assert not broken.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "timeout" in broken.data(Qt.ItemDataRole.ToolTipRole)


async def test_a_disabled_connection_is_not_offered(desk: Desk) -> None:
    desk.write_connections(FAST, {**SLOW, "enabled": False})
    await desk.until(lambda: rows(desk) == ["Demo"])


async def test_a_connection_that_vanishes_gives_way(desk: Desk) -> None:
    desk.use("Slow")
    desk.write_connections(FAST)
    await desk.until(lambda: desk.connections.currentText() == "Demo")


def test_the_composer_shows_a_new_name_at_once(qtbot: QtBot, appearance: Appearance) -> None:
    composer = Composer(appearance)
    qtbot.addWidget(composer)
    composer.set_recipient("somebody")
    with qtbot.waitExposed(composer):
        composer.show()
    paints = Paints(composer.edit.viewport())
    composer.edit.viewport().repaint()
    while paints.count:  # until all that showing the window brings is painted
        paints.count = 0
        QApplication.processEvents()
    composer.set_recipient("somebody else")
    QApplication.processEvents()
    assert paints.count


async def test_an_unreadable_file_is_told_and_nothing_is_lost(desk: Desk) -> None:
    desk.paths.connections.write_text("{ this is no JSON", encoding="utf-8")
    await desk.until(lambda: desk.window.notices.texts)
    assert rows(desk) == ["Demo", "Slow"]
    assert sum("not valid JSON" in text for text in desk.window.notices.texts) == 1
    desk.write_connections(FAST, SLOW)
    await desk.until(lambda: not desk.window.notices.texts)


async def test_a_conversation_brings_its_route_back(desk: Desk) -> None:
    await desk.ask_and_wait("On the demo")
    desk.press("Ctrl+N")
    desk.use("Slow")
    desk.choose_conversation("On the demo")
    await desk.until(lambda: desk.connections.currentText() == "Demo")


async def test_another_route_is_kept_for_the_conversation(desk: Desk) -> None:
    await desk.ask_and_wait("Moved")
    desk.use("Slow")
    moved = desk.session.conversation.id
    desk.press("Ctrl+N")
    desk.use("Demo")
    desk.choose_conversation("Moved")
    await desk.until(lambda: desk.connections.currentText() == "Slow")
    assert (await desk.studio.history.conversation(moved)).connection_id == "slow"


async def test_the_choice_is_remembered_for_the_next_start(desk: Desk) -> None:
    desk.use("Slow")
    await desk.until(lambda: desk.paths.settings.exists() and "slow" in desk.paths.settings.read_text(encoding="utf-8"))
    assert json.loads(desk.paths.settings.read_text(encoding="utf-8"))["last_connection"] == "slow"


@pytest.mark.parametrize("entries", [({**FAST, "provider": "ollama", "base_url": "http://127.0.0.1:9"},)])
async def test_a_server_that_does_not_list_says_why_in_the_popup(desk: Desk) -> None:
    await desk.until(lambda: models(desk)[0].startswith("No list of models: "))
    reason = desk.models.model().index(0, 0)
    assert not reason.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "127.0.0.1:9" in reason.data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.parametrize("entries", [({**FAST, "provider": "vllm", "base_url": "http://your-vllm-server:8000"},)])
async def test_the_samples_address_is_not_asked(desk: Desk) -> None:
    await desk.until(lambda: "sample's address" in models(desk)[0])
