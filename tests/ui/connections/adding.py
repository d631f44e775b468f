"""Someone on the page of adding: by what it shows."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QPushButton, QWidget

W = TypeVar("W", bound=QObject)


class Adding:
    """Drives the page in the window that a `Driver` holds."""

    def __init__(self, window: Any) -> None:
        self.window = window

    def find(self, name: str, kind: type[W] = QWidget) -> W:
        found: W = self.window.find(name, kind)
        return found

    def shows(self, name: str) -> bool:
        return self.find(name).isVisible()

    @property
    def address(self) -> QLineEdit:
        return self.find("addressField", QLineEdit)

    @property
    def search(self) -> QLineEdit:
        return self.find("templateSearch", QLineEdit)

    @property
    def list(self) -> QListView:
        return self.find("templateList", QListView)

    @property
    def titles(self) -> list[str]:
        model = self.list.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def text(self, name: str) -> str:
        """All that is read in a part of the page."""
        labels = self.find(name).findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    async def open(self, *, loaded: bool = True) -> None:
        self.window.editor.add()
        await self.window.until(lambda: self.shows("addConnectionPage") and self.address.hasFocus())
        if loaded:
            await self.window.until(lambda: self.titles)

    def type(self, text: str) -> None:
        self.address.setFocus()
        self.address.selectAll()
        QTest.keyClicks(self.address, text)

    def look(self, text: str) -> None:
        """Types an address and presses Enter."""
        self.type(text)
        QTest.keyClick(self.address, Qt.Key.Key_Return)

    async def look_until_found(self, text: str) -> str:
        self.look(text)
        await self.window.until(lambda: self.shows("foundCard"))
        return self.text("foundCard")

    def click(self, name: str) -> None:
        self.window.click(name)

    def press(self, name: str, key: Qt.Key) -> None:
        QTest.keyClick(self.find(name), key)

    def click_row(self, title: str) -> None:
        index = self.list.model().index(self.titles.index(title), 0)
        self.list.scrollTo(index)
        box = self.list.visualRect(index)
        QTest.mouseClick(
            self.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.center().x(), box.bottom() - 8)
        )

    def button(self, parent: QWidget, name: str) -> QPushButton:
        found = parent.findChild(QPushButton, name)
        assert found is not None, name
        return found
