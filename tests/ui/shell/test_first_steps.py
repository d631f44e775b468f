"""The empty state: from nothing but the demo to a model, by one click."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView, QPushButton, QWidget
from servers import json_reply, serve
from ui.shell.desk import DEMO, FAST, Desk

from chat_studio.ui.connections.editor import ConnectionEditor

TAGS = {"models": [{"name": "llama3.2:latest", "model": "llama3.2:latest", "size": 2019393189}]}
PLACEHOLDER = {"id": "v", "name": "External", "provider": "vllm", "base_url": "http://your-vllm-server:8000"}


@pytest.fixture
def entries() -> tuple[dict[str, object], ...]:
    return (DEMO, PLACEHOLDER)


def texts(desk: Desk) -> list[str]:
    return [label.text() for label in desk.window.empty.findChildren(QLabel) if label.isVisible()]


def editor() -> Any:
    """The window of the connections, None while there is none."""
    return next((found for found in QApplication.topLevelWidgets() if isinstance(found, ConnectionEditor)), None)


def button(text: str) -> QPushButton | None:
    """The button of the window of the connections with this text, None if there is none."""
    return next((found for found in editor().findChildren(QPushButton) if found.text() == text), None)


def click(desk: Desk, text: str) -> None:
    (button,) = (found for found in desk.window.empty.findChildren(QPushButton) if found.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_with_the_demo_alone_it_says_how_to_connect(desk: Desk) -> None:
    assert "Connect a model" in texts(desk)
    assert "Connect your own server" in texts(desk)
    assert "Use a service with a key" in texts(desk)


async def test_an_ollama_that_answers_is_used_by_one_click(desk: Desk) -> None:
    async with serve({"/api/tags": json_reply(TAGS)}) as server:
        desk.write_connections(
            DEMO, {"id": "o", "name": "Local Ollama", "provider": "ollama", "base_url": server.url, "is_local": True}
        )
        await desk.until(lambda: "Local Ollama is running on this computer" in texts(desk))
        assert any(text.endswith(" · 1 model") for text in texts(desk))
        click(desk, "Use it")
        assert desk.connections.currentText() == "Local Ollama"
        await desk.until(lambda: desk.models.currentText() == "llama3.2:latest")
        assert "What shall we work on?" in texts(desk)


async def test_an_ollama_that_does_not_answer_can_be_looked_for_again(desk: Desk) -> None:
    desk.write_connections(
        DEMO,
        {"id": "o", "name": "Local Ollama", "provider": "ollama", "base_url": "http://127.0.0.1:9", "is_local": True},
    )
    await desk.until(lambda: "Ollama on this computer" in texts(desk))
    click(desk, "Look again")
    assert "Ollama on this computer" in texts(desk)


@pytest.mark.parametrize(("offer", "field"), [("Enter its address…", "addressField"), ("Choose…", "templateSearch")])
async def test_a_server_or_a_service_is_added_by_one_click(desk: Desk, offer: str, field: str) -> None:
    click(desk, offer)
    await desk.until(lambda: editor() is not None)
    page = editor().findChild(QWidget, "addConnectionPage")
    await desk.until(lambda: page.isVisible() and page.findChild(QWidget, field).hasFocus())
    editor().close()


async def test_what_was_added_is_used_at_once(desk: Desk) -> None:
    async with serve({"/v1/models": json_reply({"object": "list", "data": [{"id": "m"}]})}) as server:
        click(desk, "Enter its address…")
        await desk.until(lambda: editor() is not None)
        field, button = editor().findChild(QLineEdit, "addressField"), editor().findChild(QPushButton, "findButton")
        await desk.until(field.isVisible)
        QTest.keyClicks(field, server.url)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        save = editor().findChild(QPushButton, "saveFoundButton")
        await desk.until(save.isVisible)
        QTest.mouseClick(save, Qt.MouseButton.LeftButton)
        await desk.until(lambda: desk.models.currentText() == "m")
        assert desk.shell.routes.connection.base_url.startswith(server.url)
        editor().close()


async def test_a_remote_connection_is_enough_to_be_calm(desk: Desk) -> None:
    async with serve({"/v1/models": json_reply({"object": "list", "data": [{"id": "m"}]})}) as server:
        desk.write_connections(DEMO, {"id": "r", "name": "Remote", "provider": "vllm", "base_url": server.url})
        await desk.until(lambda: "What shall we work on?" in texts(desk))
        assert "Connect a model" not in texts(desk)


async def test_a_conversation_that_is_open_keeps_its_connection(desk: Desk) -> None:
    desk.write_connections(FAST)
    await desk.until(lambda: desk.shell.routes.connection is not None)
    await desk.ask_and_wait("Hello")
    desk.shell.add_connection()
    await desk.until(lambda: editor().findChild(QListView, "templateList").model().rowCount() > 0)
    field = editor().findChild(QLineEdit, "templateSearch")
    QTest.keyClicks(field, "blank")
    QTest.keyClick(field, Qt.Key.Key_Return)
    name, address = (editor().findChild(QLineEdit, f"field_{text}") for text in ("name", "base_url"))
    await desk.until(name.isVisible)
    QTest.keyClicks(name, "Other")
    QTest.keyClicks(address, "http://127.0.0.1:9")
    QTest.mouseClick(editor().findChild(QPushButton, "saveConnectionButton"), Qt.MouseButton.LeftButton)
    await desk.until(lambda: desk.connections.count() == 2)
    assert desk.shell.routes.connection.id == "demo"
    await desk.until(lambda: button("Use it"))
    QTest.mouseClick(button("Use it"), Qt.MouseButton.LeftButton)
    await desk.until(lambda: desk.shell.routes.connection.name == "Other")
    assert not editor().isVisible()
    assert desk.shell.chat.conversation is None, "a new conversation"


async def test_the_window_of_the_connections_opens_on_the_one_in_use(desk: Desk) -> None:
    desk.write_connections(
        DEMO, {"id": "s", "name": "Second", "provider": "demo"}, {**DEMO, "id": "t", "name": "Third"}
    )
    await desk.until(lambda: desk.connections.count() == 3)
    desk.shell.routes.choose("s")
    QTest.mouseClick(desk.window.sidebar.connections, Qt.MouseButton.LeftButton)
    await desk.until(lambda: editor() is not None and editor().findChild(QLineEdit, "field_name").text() == "Second")
    desk.shell.edit_connections("t")
    await desk.until(lambda: editor().findChild(QLineEdit, "field_name").text() == "Third")
    desk.shell.edit_connections()
    desk.shell.routes.choose("demo")
    assert editor().findChild(QLineEdit, "field_name").text() == "Third", "an open window stays as it is"
    editor().close()
    desk.shell.edit_connections()
    await desk.until(lambda: editor().findChild(QLineEdit, "field_name").text() == "Demo")
    editor().close()
