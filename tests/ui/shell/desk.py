"""Someone in front of the window."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from history.stored import all_of
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QListView, QPlainTextEdit, QWidget

from chat_studio.chat.session import Session
from chat_studio.history.records import MessageRecord
from chat_studio.paths import Paths
from chat_studio.studio import Studio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.shell import Shell
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.window import MainWindow

PATIENCE = 20
"""Seconds until a condition that should come true is given up."""

O = TypeVar("O", bound=QObject)  # noqa: E741

DEMO: dict[str, Any] = {"id": "demo", "name": "Demo", "provider": "demo", "model": "demo", "is_local": True}
FAST = {**DEMO, "default_parameters": {"tokens_per_second": 0}}
SLOW = {**DEMO, "id": "slow", "name": "Slow", "default_parameters": {"tokens_per_second": 100}}
"""Says the first word of its answer within a second, and the last after ten."""


class Desk:
    """Uses the window by what it shows, and looks into the database where that shows nothing."""

    def __init__(self, window: MainWindow, shell: Shell, paths: Paths, appearance: Appearance) -> None:
        self.window = window
        self.shell = shell
        self.paths = paths
        self.appearance = appearance

    @property
    def studio(self) -> Studio:
        return self.shell.studio

    @property
    def session(self) -> Session:
        found = self.shell.chat.session
        assert found is not None
        return found

    @property
    def answer(self) -> MessageRecord:
        """The last answer as the session has it now."""
        return self.session.records[-1]

    def find(self, name: str, kind: type[O] = QWidget) -> O:
        found = self.window.findChild(kind, name)
        assert found is not None, name
        return found

    @property
    def composer(self) -> QPlainTextEdit:
        return self.find("composer", QPlainTextEdit)

    @property
    def transcript(self) -> Transcript:
        return self.find("transcript", Transcript)

    @property
    def list(self) -> QListView:
        return self.find("conversationList", QListView)

    @property
    def connections(self) -> QComboBox:
        return self.find("connectionSelector", QComboBox)

    @property
    def models(self) -> QComboBox:
        return self.find("modelSelector", QComboBox)

    @property
    def titles(self) -> list[str]:
        model = self.list.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    @property
    def running(self) -> bool:
        return self.find("stopButton").isVisible()

    def press(self, keys: str) -> None:
        """A shortcut of the window."""
        (shortcut,) = (
            known
            for known in self.window.findChildren(QShortcut)
            if known.key() == QKeySequence(keys) and known.isEnabled()
        )
        shortcut.activated.emit()

    def click(self, name: str) -> None:
        QTest.mouseClick(self.find(name, QAbstractButton), Qt.MouseButton.LeftButton)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.composer, text)

    def ask(self, question: str) -> None:
        self.type(question)
        QTest.keyClick(self.composer, Qt.Key.Key_Return)

    async def ask_and_wait(self, question: str) -> None:
        self.ask(question)
        await self.until(lambda: self.shell.chat.session and self.session.records and not self.composer.toPlainText())
        await self.session.wait()
        await self.until(lambda: not self.running)

    def choose_conversation(self, title: str) -> None:
        index = self.list.model().index(self.titles.index(title), 0)
        box = self.list.visualRect(index)
        QTest.mouseClick(
            self.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.center().x(), box.bottom() - 12)
        )

    def use(self, connection: str) -> None:
        row = self.connections.findText(connection)
        assert row >= 0, connection
        self.connections.setCurrentIndex(row)
        self.connections.activated.emit(row)

    def write_connections(self, *entries: dict[str, Any]) -> None:
        """As another program does: a new file over the old one."""
        new = self.paths.connections.with_suffix(".new")
        new.write_text(json.dumps({"connections": entries}, indent=2), encoding="utf-8")
        new.replace(self.paths.connections)

    async def id_of(self, title: str) -> str:
        (found,) = (record.id for record in await all_of(self.studio.history) if record.title == title)
        return found

    @contextlib.contextmanager
    def another_program_writes(self) -> Iterator[None]:
        """The history is locked and stays so, as when another program hangs in the middle of writing."""
        with contextlib.closing(sqlite3.connect(self.paths.history, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            yield
            db.execute("ROLLBACK")

    async def rest(self) -> None:
        """Stops all answers. A test ends with it when one may still run: the loop does not run between tests."""
        for conversation_id in self.studio.sessions.running_ids():
            session = await self.studio.sessions.open(conversation_id)
            session.stop()
            await session.wait()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - what a window shows is no event
                await asyncio.sleep(0.005)
