"""One step of a test: how it went, how long it took, and what to do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.fold import Fold
from chat_studio.ui.connections.report import duration
from chat_studio.ui.icons import pixmap
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from chat_studio.connections.doctor import Step


class StepRow(QWidget):
    """Shows a step; `show_step` again when it has gone on."""

    def __init__(self, appearance: Appearance, step: Step) -> None:
        super().__init__()
        self._appearance = appearance
        self.step = step
        self._icon = QLabel()
        self._icon.setFixedSize(16, 16)
        self._spinner = Spinner(appearance, "Running")
        self._name = Label(wrap=True)
        self._summary = Label(role="small", wrap=True)
        self._time = Label(role="faint")
        self._advice = _Advice(appearance)
        self._lay_out()
        appearance.changed.connect(self._refresh)
        self._refresh()

    def show_step(self, step: Step) -> None:
        self.step = step
        self._refresh()

    def stop(self) -> None:
        """The test has ended; a step that still ran was stopped."""
        if self.step.state == "running":
            self.show_step(replace(self.step, state="skipped", summary="Stopped"))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._icon, 0, 0, top)
        grid.addWidget(self._spinner, 0, 0, top)
        grid.addWidget(self._name, 0, 1, top)
        grid.addWidget(self._time, 0, 2, top)
        grid.addWidget(self._summary, 1, 1, 1, 2)
        grid.addWidget(self._advice, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    def _refresh(self) -> None:
        theme = self._appearance.theme
        step = self.step
        runs = step.state == "running"
        icons = {"ok": ("check", theme.accent), "failed": ("cross", theme.danger)}
        name, color = icons.get(step.state, ("circle", theme.faint))
        self._icon.setPixmap(pixmap(name, color, 16, self.devicePixelRatioF()))
        self._icon.setHidden(runs)
        self._spinner.setVisible(runs)
        self._name.setText(step.name[:1].upper() + step.name[1:])
        self._time.setText(duration(step))
        self._summary.setText("" if step.state == "failed" else step.summary)
        self._summary.setVisible(bool(self._summary.text()))
        self._advice.show_step(step)
        self.setAccessibleName(f"{step.name}: {step.state}")


class _Advice(QWidget):
    """What went wrong and what to do, beside a line; the server's own words on demand."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._failed = False
        self._text = Label(role="small", wrap=True)
        self._words = Label(role="faint", wrap=True)
        self._words.setObjectName("serversWords")
        for label in (self._text, self._words):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._fold = Fold(appearance, "Server’s own words")
        self._fold.setText("Server’s own words")
        self._fold.setObjectName("serversWordsFold")
        self._fold.toggled.connect(self._words.setVisible)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 2, 0, 2)
        layout.setSpacing(0)
        for part in (self._text, self._fold, self._words):
            layout.addWidget(part)
        self._words.hide()

    def show_step(self, step: Step) -> None:
        self._failed = step.state == "failed"
        texts = (step.summary, step.hint) if self._failed else (step.hint,)
        self._text.setText("\n".join(text for text in texts if text))
        self._words.setText(step.detail)
        self._text.setVisible(bool(self._text.text()))
        self._fold.setVisible(bool(step.detail))
        self.setVisible(bool(self._text.text() or step.detail))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._appearance.theme
        QPainter(self).fillRect(0, 0, 2, self.height(), QColor(theme.danger if self._failed else theme.line))
