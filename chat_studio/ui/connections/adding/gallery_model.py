"""The rows of the gallery, as a list model: only those in sight cost anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from chat_studio.ui.connections.adding.choices import Choice

Index = QModelIndex | QPersistentModelIndex
CHOICE = Qt.ItemDataRole.UserRole
"""Where an item holds its Choice."""
GROUP = Qt.ItemDataRole.UserRole + 1
"""The title above it, for the first row of a group; else ""."""


class GalleryModel(QAbstractListModel):
    """Shows the choices it is given, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()

    def show_choices(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self._choices = choices
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        choice = self._choices[index.row()]
        answers = {
            Qt.ItemDataRole.DisplayRole: lambda: choice.title,
            Qt.ItemDataRole.ToolTipRole: lambda: choice.detail or None,
            Qt.ItemDataRole.AccessibleTextRole: lambda: choice.spoken,
            Qt.ItemDataRole.AccessibleDescriptionRole: lambda: choice.detail,
            CHOICE: lambda: choice,
            GROUP: lambda: self._title_above(index.row()),
        }
        return answers[role]() if role in answers else None

    def _title_above(self, row: int) -> str:
        group = self._choices[row].group
        return group if row == 0 or self._choices[row - 1].group != group else ""
