"""Rows of labelled fields, aligned in two columns, or below their labels where there is little room."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

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
        self._rows: list[tuple[Label, QWidget | None]] = []
        self._stacked = False
        self._label_width = LABEL_WIDTH
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._space()

    def add_row(self, label: str, content: QWidget) -> None:
        caption = Label(label, "muted")
        caption.setBuddy(content)
        self._rows.append((caption, content))
        self._place(len(self._rows) - 1)

    def add_title(self, text: str) -> None:
        """Stands above the rows that follow."""
        title = Label(text, "group")
        title.setContentsMargins(0, 8, 0, 0)
        self._rows.append((title, None))
        self._place(len(self._rows) - 1)

    def add_input(self, name: str, editor: Input, label: str = "") -> None:
        """Makes `editor` show and edit the field of this name; the caller places it."""
        self._inputs[name] = editor
        editor.setObjectName(f"field_{name}")
        editor.setAccessibleName(label or LABELS[name])
        editor.edited.connect(lambda value: self.edited.emit(name, value))

    def add_field(self, name: str, editor: Input, hint: str = "", label: str = "") -> Field:
        """The same, with the line below it in which the reason stands; the caller places the field that is returned."""
        self.add_input(name, editor, label)
        field = Field(editor, hint)
        self._fields[name] = field
        return field

    def set_stacked(self, *, stacked: bool, label_width: int = LABEL_WIDTH) -> None:
        """Whether labels stand above their fields, not beside them in a column of this width."""
        if (stacked, label_width) == (self._stacked, self._label_width):
            return
        self._stacked, self._label_width = stacked, label_width
        self._space()
        for at in range(len(self._rows)):
            self._place(at)

    def show_draft(self, draft: Draft) -> None:
        for name, editor in self._inputs.items():
            editor.show_value(self.value(draft, name))
        blank = missing(draft)
        for name, field in self._fields.items():
            is_wrong = name in draft.problems and name not in blank
            field.set_reason(sentence(draft, name) if is_wrong else "")

    def value(self, draft: Draft, name: str) -> object:
        """What the draft holds for the field of this name."""
        return getattr(draft, name)

    def _space(self) -> None:
        self._grid.setHorizontalSpacing(0 if self._stacked else COLUMN_GAP)
        self._grid.setVerticalSpacing(2 if self._stacked else 10)
        self._grid.setColumnMinimumWidth(0, 0 if self._stacked else self._label_width)

    def _place(self, at: int) -> None:
        caption, content = self._rows[at]
        line = 2 * at
        for part in (caption, content):
            if part is not None:
                self._grid.removeWidget(part)
        if content is None:
            self._grid.addWidget(caption, line, 0, 1, 2)
            return
        caption.setContentsMargins(0, 8 if self._stacked and at else 0, 0, 2 if self._stacked else 0)
        caption.setMinimumHeight(0 if self._stacked else CONTROL_HEIGHT)
        if self._stacked:
            self._grid.addWidget(caption, line, 0, 1, 2)
            self._grid.addWidget(content, line + 1, 0, 1, 2)
        else:
            self._grid.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(content, line, 1)
        if not caption.text():
            caption.setHidden(self._stacked)


def side_by_side(*widgets: QWidget) -> QWidget:
    """The widgets in one line, each as wide as the others."""
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(12)
    for widget in widgets:
        layout.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
    return line
