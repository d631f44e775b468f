"""What stands in the place of the form for an entry of the file that cannot be used."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.connections.model import BrokenConnection
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label


class BrokenPage(QWidget):
    """Says where the entry is and why it is broken, and offers to correct or delete it.

    Signals:
        open_wanted(): the file shall be opened in an editor of text.
        removal_wanted(): the entry shall go.
    """

    open_wanted = Signal()
    removal_wanted = Signal()

    def __init__(self, path: str) -> None:
        super().__init__()
        self._title = Label(role="heading", wrap=True)
        self._reason = Label(wrap=True)
        self._reason.setObjectName("brokenReason")
        self._hint = Label(
            f"It stays in {path} as it is. Correct it there: this window notices by itself.", "muted", wrap=True
        )
        for label in (self._reason, self._hint):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        open_file, delete = Button("Open the file", "primary"), Button("Delete", "danger")
        open_file.setObjectName("openBrokenEntryButton")
        delete.setObjectName("deleteBrokenEntryButton")
        open_file.clicked.connect(self.open_wanted)
        delete.clicked.connect(self.removal_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(open_file)
        buttons.addWidget(delete)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 20, 28, 20)
        layout.setSpacing(12)
        for part in (self._title, self._reason, self._hint):
            layout.addWidget(part)
        layout.addLayout(buttons)
        layout.addStretch()

    def show_entry(self, broken: BrokenConnection) -> None:
        self._title.setText(broken.name or broken.id or "Entry without a name")
        where = f" in line {broken.line}" if broken.line else ""
        self._reason.setText(f"The entry{where} of the file cannot be used: {broken.reason}.")
