from __future__ import annotations

import asyncio
import functools
import gc
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from keychains import MemoryKeychain
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QListWidget, QMessageBox, QPushButton, QWidget

from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore
from chat_studio.resources import sample_connections
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.editor import ConnectionEditor
from chat_studio.ui.notices import Banner

PATIENCE = 20
"""Seconds until a condition that should come true is given up."""

W = TypeVar("W", bound=QObject)

ENTRIES: list[dict[str, Any]] = [
    {"id": "demo", "name": "Demo (offline)", "provider": "demo", "base_url": "", "model": "demo"},
    {
        "id": "vllm",
        "name": "vLLM",
        "provider": "vllm",
        "base_url": "http://127.0.0.1:9/v1",
        "api_key": "keychain:vllm",
        "timeout": 300,
        "note": "ours",
    },
    {"id": "old", "name": "Old staging", "base_url": "http://staging:8000", "enabled": False},
    {"id": "bad", "name": "Broken", "base_url": "http://x", "timeout": -5},
]


def _qt_loop() -> asyncio.AbstractEventLoop:
    gc.collect()  # the loop of the test before holds timers, and must not be collected in a worker thread
    loop = aio.EventLoop(QApplication.instance() or QApplication([]))
    loop.set_default_executor(ThreadPoolExecutor(2))
    return loop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Each test has a loop of its own, of the kind that the window runs in."""
    return {"qt": _qt_loop}


def pytest_itemcollected(item: pytest.Item) -> None:
    """A platform without screens has no windows to raise or to size, and says so as a warning."""
    item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))
    if isinstance(item, pytest.Function) and "window" in item.fixturenames:
        item.obj = _ended_inside_the_loop(item.obj)


def _ended_inside_the_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Closes the window at the end of the test's body: pytest-qt handles events between a body and its fixtures' ends,
    when no loop runs, and the window would start tasks then."""

    @functools.wraps(test)
    async def run(**fixtures: Any) -> None:
        try:
            await test(**fixtures)
        finally:
            await fixtures["window"].close()

    return run


class Driver:
    """Uses the editor as a person does: by what it shows."""

    def __init__(self, editor: ConnectionEditor, path: Path) -> None:
        self.editor = editor
        self.path = path

    def find(self, name: str, kind: type[W] = QWidget) -> W:
        found = self.editor.findChild(kind, name)
        assert found is not None, name
        return found

    def field(self, name: str) -> Any:
        return self.find(f"field_{name}")

    def click(self, name: str) -> None:
        button = self.find(name, QPushButton)
        assert button.isEnabled(), f"{name} is disabled: {button.toolTip()}"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def write(self, name: str, text: str) -> None:
        """Replaces the text of a field by typing."""
        field = self.field(name)
        field = field.lineEdit() if isinstance(field, QComboBox) else field
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        for number, line in enumerate(text.splitlines()):
            if number:
                QTest.keyClick(field, Qt.Key.Key_Return)
            QTest.keyClicks(field, line)

    @property
    def list(self) -> QListWidget:
        return self.find("connectionList", QListWidget)

    @property
    def titles(self) -> list[str]:
        return [self.list.item(at).text() for at in range(self.list.count())]

    def choose(self, title: str) -> None:
        box = self.list.visualItemRect(self.list.item(self.titles.index(title)))
        QTest.mouseClick(self.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())

    @property
    def chosen(self) -> str:
        item = self.list.currentItem()
        return item.text() if item else ""

    @property
    def notices(self) -> list[str]:
        return [banner.accessibleName() for banner in self.editor.findChildren(Banner) if not banner.isHidden()]

    def act_on_notice(self, label: str) -> None:
        (button,) = (b for b in self.editor.findChildren(QPushButton) if b.text() == label and b.isVisible())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    @property
    def can_save(self) -> bool:
        return self.find("saveConnectionButton").isEnabled()

    @property
    def stored(self) -> list[dict[str, Any]]:
        """The entries of the file."""
        entries: list[dict[str, Any]] = json.loads(self.path.read_text(encoding="utf-8"))["connections"]
        return entries

    def entry(self, connection_id: str) -> dict[str, Any]:
        (found,) = (entry for entry in self.stored if entry["id"] == connection_id)
        return found

    def write_file(self, entries: list[dict[str, Any]]) -> None:
        """As another program does."""
        self.path.write_text(json.dumps({"connections": entries}, indent=2), encoding="utf-8")

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - what a window shows is no event
                await asyncio.sleep(0.005)

    async def open(self, connection_id: str, title: str) -> None:
        self.editor.open_on(connection_id)
        await self.until(lambda: self.chosen == title and self.field("provider").count() > 1)

    async def add(self, name: str, address: str) -> None:
        """Begins a new connection and types what it needs."""
        self.editor.add_new()
        await self.until(lambda: self.chosen == "New connection")
        self.write("name", name)
        self.write("base_url", address)

    async def close(self) -> None:
        """Closes the window without a question, and waits until it has nothing more to do."""
        if self.is_asking:
            await self.answer(QMessageBox.StandardButton.Discard)
        if self.find("revertConnectionButton").isEnabled():
            self.click("revertConnectionButton")
        self.editor.close()
        running = asyncio.all_tasks() - {asyncio.current_task()}
        if running:
            await asyncio.wait(running, timeout=PATIENCE)

    @property
    def is_asking(self) -> bool:
        return self.editor.findChild(QMessageBox, "unsavedDialog") is not None

    async def dialog(self) -> QMessageBox:
        """The question about unsaved edits, once it is asked."""
        await self.until(lambda: self.is_asking)
        return self.find("unsavedDialog", QMessageBox)

    async def answer(self, button: QMessageBox.StandardButton) -> None:
        dialog = await self.dialog()
        QTest.mouseClick(dialog.button(button), Qt.MouseButton.LeftButton)

    async def save(self) -> None:
        self.click("saveConnectionButton")
        await self.until(lambda: not self.can_save)


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    qapp.setQuitOnLastWindowClosed(False)  # it would end the test's loop
    made = Appearance(qapp, "light")
    yield made
    made.deleteLater()


@pytest.fixture(autouse=True)
def nearby(monkeypatch: pytest.MonkeyPatch) -> dict[int, list[str]]:
    """The ports at which servers are looked for: none, whatever runs on this computer."""
    ports: dict[int, list[str]] = {}
    monkeypatch.setattr("chat_studio.connections.nearby.usual_ports", lambda: ports)
    return ports


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "studio" / "llm_connections.json"
    made.parent.mkdir()
    made.write_text(json.dumps({"connections": ENTRIES}, indent=2), encoding="utf-8")
    return made


@pytest.fixture
def secrets(path: Path, keychain: MemoryKeychain) -> Secrets:
    made = Secrets(path.with_name("secrets.json"))
    made.put("vllm", "sk-stored")
    return made


@pytest.fixture
async def window(path: Path, secrets: Secrets, appearance: Appearance) -> AsyncIterator[Driver]:
    store = ConnectionStore(path, sample_connections(), secrets)
    editor = ConnectionEditor(store, secrets, path, appearance)
    editor.resize(1280, 900)
    yield Driver(editor, path)
    editor.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
