"""The dialog of the history's care: what is wrong with it, and the repair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from chat_studio.errors import StudioError
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.keeping.telling import of_repair_to_come, of_report
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.flow_text import FlowText
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.sheet import Sheet
from chat_studio.ui.widgets.work_row import WorkRow

if TYPE_CHECKING:
    from chat_studio.history.check import Report

SIZE = QSize(560, 380)
_REPAIR = (
    "The file is copied first, then everything is repaired at once, or nothing. The window starts again afterwards."
)


class CheckDialog(Sheet):
    """Shows what it is told, and tells what is wanted.

    Signals:
        repair_wanted(): mend what can be mended.
        backups_wanted(): the user would rather have a backup.
    """

    repair_wanted = Signal()
    backups_wanted = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("Check the history", parent, SIZE)
        self.setObjectName("checkDialog")
        self._head = Label("", "body", wrap=True)
        self._head.setObjectName("checkHead")
        self._findings = FlowText("Findings", "muted")
        self._findings.setObjectName("checkFindings")
        self._note = Label("", "small", wrap=True)
        self._note.setObjectName("checkNote")
        self._reason = Label("", "reason", wrap=True)
        self._reason.setObjectName("checkReason")
        self._work = WorkRow(appearance, "Progress of the check")
        self._backups = Button("Backups…")
        self._backups.setObjectName("checkBackupsButton")
        self._close = Button("Close")
        self._close.setObjectName("closeCheckButton")
        self._repair = Button("Repair", "primary")
        self._repair.setObjectName("repairButton")
        self._repairing = False
        for part in (self._head, self._findings, self._note, self._reason):
            self.body.addWidget(part)
        self.body.addStretch()
        self.add_work(self._work)
        self.foot.addWidget(self._backups)
        self.add_buttons(self._close, self._repair)
        self._backups.clicked.connect(self.backups_wanted)
        self._close.clicked.connect(self.reject)
        self._repair.clicked.connect(self.repair_wanted)

    def show_checking(self) -> None:
        self._show("", "", "")
        self._work.begin("Looking at everything that is stored. For a long history it takes a minute.", known=False)

    def show_repairing(self) -> None:
        """It cannot be stopped: it is one step."""
        self._show(self._head.text(), self._findings.text(), "")
        self._repairing = True
        self._close.setEnabled(False)
        self._work.begin("Repairing…", known=False)

    def show_report(self, report: Report, *, running: int = 0) -> None:
        """`running`: answers that are coming, which a repair stops."""
        head, findings = of_report(report)
        self._show(head, findings, of_repair_to_come(running) if report.needs_repair else "")
        self._repair.setVisible(report.needs_repair)
        (self._repair if report.needs_repair else self._close).setFocus()

    def show_failure(self, error: StudioError) -> None:
        self._show(self._head.text(), self._findings.text(), "")
        self._reason.setText(f"{error.message} {error.hint}".strip())
        self._reason.show()

    def reject(self) -> None:
        if not self._repairing:
            super().reject()

    def _show(self, head: str, findings: str, note: str) -> None:
        """Nothing is at work any more."""
        self._repairing = False
        self._work.end()
        self._close.setEnabled(True)
        self._head.setText(head)
        self._findings.set_text(findings)
        self._note.setText(note)
        for part, text in ((self._head, head), (self._findings, findings), (self._note, note)):
            part.setVisible(bool(text))
        self._reason.hide()
        self._repair.hide()
