"""The right side of the editor: tests the connection as it stands in the form, step by step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from chat_studio.connections.report import report
from chat_studio.connections.steps import Step
from chat_studio.errors import StudioError
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.step_row import StepRow
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.flow_text import FlowText
from chat_studio.ui.widgets.labels import Label

WIDTH = 320
NARROWEST = 248
_WHAT = "Asks the server step by step, with the form as it stands: nothing needs to be saved first."


class TrialPanel(QWidget):
    """Runs one test at a time; the button starts and stops it."""

    def __init__(self, appearance: Appearance, start: Callable[[], tuple[str, AsyncIterator[Step]]]) -> None:
        """`start` returns what is tested, as a title for the report, and its steps."""
        super().__init__()
        self.setMinimumWidth(NARROWEST)
        self.setMaximumWidth(WIDTH)
        self._appearance = appearance
        self._start = start
        self._title = ""
        self._rows: dict[str, StepRow] = {}
        self._task: asyncio.Task[None] | None = None
        self._button = Button("Run")
        self._button.setObjectName("testConnectionButton")
        self._copy = Button("Copy report")
        self._copy.setObjectName("copyReportButton")
        self._note = FlowText("About the test", "muted")
        self._note.setObjectName("testNote")
        self._steps = QVBoxLayout()
        self._steps.setSpacing(12)
        self._lay_out()
        self._button.clicked.connect(self.toggle)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report))
        self.clear()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, super().sizeHint().height())

    @property
    def is_running(self) -> bool:
        return self._task is not None

    @property
    def report(self) -> str:
        """The last test as text."""
        return report(self._title, (row.step for row in self._rows.values()))

    def toggle(self) -> None:
        """Starts a test, or stops the one that runs."""
        if self._task is not None:
            self._task.cancel()
            return
        self.clear()
        self._note.set_text("")
        self._task = aio.spawn(self._run(), self, "connection test")
        self._show_state()

    def clear(self) -> None:
        """Stops the test and forgets its steps: another connection is shown."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        for row in self._rows.values():
            self._steps.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows.clear()
        self._note.set_text(_WHAT)
        self._show_state()

    def set_blocked(self, reason: str) -> None:
        """`reason` says why there is nothing to test, "" if there is."""
        self._button.setEnabled(not reason)
        self._button.setToolTip(reason)

    async def _run(self) -> None:
        try:
            self._title, steps = self._start()
            async for step in steps:
                self._show_step(step)
        except StudioError as error:
            self._note.set_text(f"{error.message} {error.hint}".strip())
        finally:
            if self._task is asyncio.current_task():
                self._task = None
                self._show_state()

    def _show_step(self, step: Step) -> None:
        if step.name in self._rows:
            self._rows[step.name].show_step(step)
            return
        row = StepRow(self._appearance, step)
        self._rows[step.name] = row
        self._steps.addWidget(row)

    def _show_state(self) -> None:
        again = "Run again" if self._rows else "Run"
        self._button.setText("Stop" if self.is_running else again)
        self._button.setAccessibleName("Stop the test" if self.is_running else "Test the connection")
        self._copy.setVisible(bool(self._rows) and not self.is_running)
        self._note.setVisible(bool(self._note.text()))
        if not self.is_running:
            for row in self._rows.values():
                row.stop()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Label("Test", "heading"), 1)
        head.addWidget(self._button)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(20, 0, 20, 20)
        layout.setSpacing(14)
        layout.addWidget(self._note)
        layout.addLayout(self._steps)
        layout.addWidget(self._copy, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(14)
        head.setContentsMargins(20, 20, 20, 0)
        outer.addLayout(head)
        outer.addWidget(scroll, 1)
