"""What can be done with the connection of the form."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.connections.draft import Draft
from chat_studio.ui.connections.section import COLUMN_GAP, LABEL_WIDTH
from chat_studio.ui.connections.wording import cannot_save, faults
from chat_studio.ui.widgets.buttons import Button, ButtonKind
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.style import restyle


class Actions(QWidget):
    """Save, Revert, Duplicate and Delete, with the reason why Save cannot be pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.save = _button("Save", "primary", "saveConnectionButton")
        self.revert = _button("Revert", "plain", "revertConnectionButton")
        self.duplicate = _button("Duplicate", "plain", "duplicateConnectionButton")
        self.delete = _button("Delete", "danger", "deleteConnectionButton")
        self._why_not = Label(role="reason", wrap=True)
        self._why_not.setObjectName("cannotSaveReason")
        self._row = row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.save)
        row.addWidget(self.revert)
        row.addStretch()
        row.addWidget(self.duplicate)
        row.addWidget(self.delete)
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(8)
        self._layout.addLayout(row)
        self._layout.addWidget(self._why_not)
        self.set_stacked(stacked=False)

    def set_stacked(self, *, stacked: bool, label_width: int = LABEL_WIDTH) -> None:
        """As of `Section`: the buttons stand below the fields."""
        self._layout.setContentsMargins(0 if stacked else label_width + COLUMN_GAP, 0, 0, 0)

    @property
    def narrowest(self) -> int:
        """The least width of the buttons beside each other, in pixels."""
        return self._row.minimumSize().width()

    def show_draft(self, draft: Draft) -> None:
        reason = cannot_save(draft)
        touched = draft.differs
        self.save.setEnabled(touched and not reason)
        self.save.setToolTip(reason or ("Save (Ctrl+S)" if touched else "Nothing to save"))
        self.revert.setEnabled(touched)
        self.duplicate.setEnabled(draft.saved is not None)
        self.delete.setText("Delete" if draft.saved is not None else "Discard")
        self._why_not.setProperty("role", "reason" if faults(draft) else "small")
        restyle(self._why_not)
        self._why_not.setText(f"Not saved yet: {reason}." if reason and touched else "")
        self._why_not.setVisible(bool(self._why_not.text()))


def _button(text: str, kind: ButtonKind, name: str) -> Button:
    button = Button(text, kind)
    button.setObjectName(name)
    return button
