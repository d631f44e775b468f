"""Rows of labelled fields, aligned in two columns."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from chat_studio.connections.draft import Draft
from chat_studio.ui.connections.inputs import Input
from chat_studio.ui.connections.wording import LABELS, missing, sentence
from chat_studio.ui.widgets.field import Field
from chat_studio.ui.widgets.labels import Label

LABEL_WIDTH = 128
COLUMN_GAP = 16
CONTROL_HEIGHT = 32


class Section(QWidget):
    """A part of the form: shows those fields of a draft that were added to it.

    Signals:
        edited(str, object): the user changed the field of this name to this value.
    """

    edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._inputs: dict[str, Input] = {}
        self._fields: dict[str, Field] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(COLUMN_GAP)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)

    def add_row(self, label: str, content: QWidget) -> None:
        caption = Label(label, "muted")
        caption.setFixedHeight(CONTROL_HEIGHT)
        caption.setBuddy(content)
        row = self._grid.rowCount()
        self._grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(content, row, 1)

    def add_input(self, name: str, editor: Input) -> None:
        """Makes `editor` show and edit the field of this name; the caller places it."""
        self._inputs[name] = editor
        editor.setObjectName(f"field_{name}")
        editor.setAccessibleName(LABELS[name])
        editor.edited.connect(lambda value: self.edited.emit(name, value))

    def add_field(self, name: str, editor: Input, hint: str = "") -> Field:
        """The same, with the line below it in which the reason stands; the caller places the field that is returned."""
        self.add_input(name, editor)
        field = Field(editor, hint)
        self._fields[name] = field
        return field

    def show_draft(self, draft: Draft) -> None:
        for name, editor in self._inputs.items():
            editor.show_value(getattr(draft, name))
        blank = missing(draft)
        for name, field in self._fields.items():
            is_wrong = name in draft.problems and name not in blank
            field.set_reason(sentence(name, draft.problems[name]) if is_wrong else "")
