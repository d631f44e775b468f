"""One step of a test: how it went, how long it took, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from chat_studio.connections.report import duration
from chat_studio.connections.steps import State, Step
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.fold import Fold
from chat_studio.ui.icons import pixmap
from chat_studio.ui.theme import Theme
from chat_studio.ui.widgets.flow_text import FlowText
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.spinner import Spinner

_ICONS: Mapping[State, str] = {"ok": "check", "warning": "warning", "failed": "cross"}
_TROUBLES = ("warning", "failed")
_MOST_WORDS = 10
"""Lines of a server's words that are shown at a time."""


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
        self._summary = FlowText("Result")
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
        step, theme = self.step, self._appearance.theme
        runs = step.state == "running"
        image = pixmap(_ICONS.get(step.state, "circle"), _color(step.state, theme), 16, self.devicePixelRatioF())
        self._icon.setPixmap(image)
        self._icon.setHidden(runs)
        self._spinner.setVisible(runs)
        self._name.setText(step.name[:1].upper() + step.name[1:])
        self._time.setText(duration(step))
        self._summary.set_text("" if step.state in _TROUBLES else step.summary)
        self._summary.setVisible(bool(self._summary.text()))
        self._advice.show_step(step)
        told = f"{step.name}: {_spoken(step)}"
        self.setAccessibleName(told)
        self.setAccessibleDescription(" ".join(text for text in (step.summary, step.hint) if text))
        self._icon.setAccessibleName(_spoken(step))


class _Advice(QWidget):
    """What is wrong and what to do, beside a line; the server's own words on demand."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._state: State = "running"
        self._text = FlowText("What to do")
        self._words = FlowText("Server’s own words", "faint", _MOST_WORDS)
        self._words.setObjectName("serversWords")
        self._words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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
        self._state = step.state
        texts = (step.summary, step.hint) if step.state in _TROUBLES else (step.hint,)
        self._text.set_text("\n".join(text for text in texts if text), self._appearance.mono_font())
        self._words.set_text(step.detail)
        self._text.setVisible(bool(self._text.text()))
        self._fold.setVisible(bool(step.detail))
        self._words.setVisible(bool(step.detail) and self._fold.isChecked())
        self.setVisible(bool(self._text.text() or step.detail))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._appearance.theme
        color = _color(self._state, theme) if self._state in _TROUBLES else theme.line
        QPainter(self).fillRect(0, 0, 2, self.height(), QColor(color))


def _color(state: State, theme: Theme) -> str:
    return {"ok": theme.accent, "warning": theme.warn, "failed": theme.danger}.get(state, theme.faint)


def _spoken(step: Step) -> str:
    """The state as it is read aloud: a step that was left out says why, as its time does."""
    return duration(step) if step.state == "skipped" else step.state
