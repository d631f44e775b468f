"""The dialog that makes connections of environment variables, or of a file of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from chat_studio.connections.secrets import KeyPlace
from chat_studio.errors import StudioError
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.adding.proposal_row import ProposalRow
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label

if TYPE_CHECKING:
    from chat_studio.connections.environment import Proposal

Known = tuple["Proposal", str]
"""What could be added, and the name of a connection that is the same already, "" if there is none."""
Propose = Callable[[Path | None], Awaitable[Sequence[Known]]]
"""What a file of variables describes, or the environment for None; raises StudioError."""

SIZE = (560, 520)


class ImportDialog(QDialog):
    """Accepted with at least one row chosen; `chosen` are the rows then."""

    def __init__(self, appearance: Appearance, propose: Propose, place: KeyPlace, parent: QWidget) -> None:
        """`place` is where this computer keeps keys."""
        super().__init__(parent)
        self.setObjectName("importDialog")
        self.setWindowTitle("Import connections")
        self.resize(*SIZE)
        self._appearance = appearance
        self._propose = propose
        self._place = place
        self._rows: list[ProposalRow] = []
        self._note = Label("Looking at the environment…", "muted", wrap=True)
        self._note.setObjectName("importNote")
        self._column = QVBoxLayout()
        self._column.setSpacing(16)
        self._take = Button("Import", "primary")
        self._take.setObjectName("importButton")
        self._take.setDefault(True)
        self._take.clicked.connect(self.accept)
        self._lay_out()
        self._show_count()
        self._looking = aio.spawn(self._show_proposals(None), self, "look at the environment")

    @property
    def chosen(self) -> list[ProposalRow]:
        return [row for row in self._rows if row.taken]

    @property
    def left(self) -> list[ProposalRow]:
        return [row for row in self._rows if not row.taken]

    def read_file(self, path: str) -> None:
        """Shows what a file of variables describes, in the place of what was shown."""
        self._looking.cancel()
        self._looking = aio.spawn(self._show_proposals(Path(path)), self, "read a file of variables")

    async def _show_proposals(self, path: Path | None) -> None:
        where = path or "the environment of this program"
        try:
            proposals = await self._propose(path)
        except StudioError as error:
            self._note.setText(f"{error.message} {error.hint}".strip())
            return
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [ProposalRow(self._appearance, proposal, self._place, name) for proposal, name in proposals]
        for row in self._rows:
            self._column.addWidget(row)
            row.choice.toggled.connect(self._show_count)
        found = f"Found in {where}:" if self._rows else f"Nothing in {where} describes a connection."
        hint = "" if self._rows else " OPENAI_API_KEY or OLLAMA_HOST would, for example."
        self._note.setText(found + hint)
        self._show_count()

    def _show_count(self) -> None:
        count = len(self.chosen)
        self._take.setEnabled(count > 0)
        self._take.setText(f"Import {count}" if count else "Import")

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Choose a .env file", QDir.homePath())
        dialog.setObjectName("envFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setFilter(QDir.Filter.AllEntries | QDir.Filter.Hidden | QDir.Filter.NoDotAndDotDot)
        dialog.setNameFilters(["Files of variables (*.env .env* *.env.*)", "All files (*)"])
        dialog.fileSelected.connect(self.read_file)
        aio.spawn(aio.ask(dialog), self, "choose a file")

    def _lay_out(self) -> None:
        file, cancel = Button("Choose a .env file…"), Button("Cancel")
        file.setObjectName("chooseEnvFileButton")
        file.clicked.connect(self._choose_file)
        cancel.setObjectName("cancelImportButton")
        cancel.clicked.connect(self.reject)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 12, 0)
        inner.addLayout(self._column)
        inner.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(file)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self._take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addWidget(Label("Import connections", "heading"))
        layout.addWidget(self._note)
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
