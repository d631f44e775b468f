"""The empty state: from nothing but the demo to a model, by one click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from servers import json_reply, serve
from ui.shell.desk import DEMO, Desk

TAGS = {"models": [{"name": "llama3.2:latest", "model": "llama3.2:latest", "size": 2019393189}]}
PLACEHOLDER = {"id": "v", "name": "External", "provider": "vllm", "base_url": "http://your-vllm-server:8000"}


@pytest.fixture
def entries() -> tuple[dict[str, object], ...]:
    return (DEMO, PLACEHOLDER)


def texts(desk: Desk) -> list[str]:
    return [label.text() for label in desk.window.empty.findChildren(QLabel) if label.isVisible()]


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


async def test_the_samples_server_is_edited_by_one_click(desk: Desk) -> None:
    opened: list[str] = []
    desk.shell.first_steps.edit_requested.disconnect()
    desk.shell.first_steps.edit_requested.connect(opened.append)
    click(desk, "Enter its address…")
    assert opened == ["v"]


async def test_a_remote_connection_is_enough_to_be_calm(desk: Desk) -> None:
    async with serve({"/v1/models": json_reply({"object": "list", "data": [{"id": "m"}]})}) as server:
        desk.write_connections(DEMO, {"id": "r", "name": "Remote", "provider": "vllm", "base_url": server.url})
        await desk.until(lambda: "What shall we work on?" in texts(desk))
        assert "Connect a model" not in texts(desk)
