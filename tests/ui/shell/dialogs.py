"""Using the dialogs of the window by what they show."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from ui.shell.desk import Desk

W = TypeVar("W", bound=QWidget)


def run(desk: Desk, command: str) -> None:
    """Chooses a command in the palette."""
    desk.press("Ctrl+K")
    field = desk.find("paletteField", QLineEdit)
    QTest.keyClicks(field, command)
    QTest.keyClick(field, Qt.Key.Key_Return)


async def opened(desk: Desk, name: str, kind: type[W] = QDialog) -> W:  # type: ignore[assignment]
    await desk.until(lambda: shown(desk, name, kind))
    (found,) = shown(desk, name, kind)
    return found


def shown(desk: Desk, name: str, kind: type[W] = QDialog) -> list[W]:  # type: ignore[assignment]
    """Those that are visible; one that was closed may be there a little longer."""
    return [found for found in desk.window.findChildren(kind, name) if found.isVisible()]


def part(dialog: QWidget, name: str, kind: type[W] = QWidget) -> W:  # type: ignore[assignment]
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def click(dialog: QWidget, name: str) -> None:
    button = part(dialog, name, QAbstractButton)
    assert button.isEnabled(), name
    assert button.isVisible(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def said(dialog: QWidget) -> str:
    """All text that is read in it."""
    labels = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    texts = [text.toPlainText() for text in dialog.findChildren(QTextEdit) if text.isVisible()]
    return "\n".join(labels + texts)


def choose(dialog: QWidget, name: str, value: str) -> None:
    """A row of a drop-down list, by its data."""
    combo = part(dialog, name, QComboBox)
    row = combo.findData(value)
    assert row >= 0, value
    combo.setCurrentIndex(row)
    combo.activated.emit(row)


def write(dialog: QWidget, name: str, text: str) -> None:
    field = part(dialog, name, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, text)


def choose_file(dialog: QFileDialog, path: Path) -> None:
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.accept()


def nameless(dialog: QWidget) -> list[QWidget]:
    """Controls without a name for those who cannot see."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QAbstractSpinBox, QListView, QTextEdit)
    controls = [found for kind in kinds for found in dialog.findChildren(kind)]
    own = [found for found in controls if not found.objectName().startswith("qt_")]
    return [found for found in own if not found.accessibleName() and not _is_inside(found)]


def _is_inside(control: QWidget) -> bool:
    """Qt's own parts of a control: the popup of a list, the line of a number."""
    parent = control.parentWidget()
    return isinstance(parent, QAbstractSpinBox) or "QComboBox" in str(type(parent)) or parent.inherits("QFrame")
