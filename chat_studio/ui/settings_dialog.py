"""The settings: each applies at once."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from chat_studio.ui.appearance import FONT_SIZES, Appearance, ThemeChoice
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.choices import CheckBox, RadioButton
from chat_studio.ui.widgets.labels import Label

_NAMES: dict[ThemeChoice, str] = {"system": "Like the system", "light": "Light", "dark": "Dark"}


class SettingsDialog(QDialog):
    """Changes the appearance while it is open; whoever shows it stores what was chosen.

    Signals:
        chosen(str, int): theme and font size in pixels, when either has changed.
        reasoning_chosen(bool): whether reasoning is shown while it comes.
    """

    chosen = Signal(str, int)
    reasoning_chosen = Signal(bool)

    def __init__(
        self,
        appearance: Appearance,
        facts: list[tuple[str, str]],
        parent: QWidget | None = None,
        *,
        shows_reasoning: bool = False,
    ) -> None:
        """`facts` are names and sentences to know, such as where keys are kept."""
        super().__init__(parent)
        self._appearance = appearance
        self.setWindowTitle("Settings")
        self.setObjectName("settingsDialog")
        self._themes = {choice: RadioButton(appearance, _NAMES[choice]) for choice in get_args(ThemeChoice)}
        self._themes[appearance.choice].setChecked(True)
        self.font_size = QSpinBox()
        self.font_size.setAccessibleName("Text size in pixels")
        self.font_size.setRange(FONT_SIZES.start, FONT_SIZES.stop - 1)
        self.font_size.setSuffix(" px")
        self.font_size.setFixedWidth(72)
        self.font_size.setValue(appearance.font_size)
        self.font_size.lineEdit().setTextMargins(8, 0, 0, 0)
        self.reasoning = CheckBox(appearance, "Show it while it comes")
        self.reasoning.setObjectName("showReasoning")
        self.reasoning.setAccessibleName("Show the model’s reasoning while it comes")
        self.reasoning.setChecked(shows_reasoning)
        self.reasoning.toggled.connect(self.reasoning_chosen)
        self._lay_out(facts)
        self._themes[appearance.choice].setFocus()
        for button in self._themes.values():
            button.toggled.connect(lambda on: self._apply() if on else None)
        self.font_size.valueChanged.connect(lambda _: self._apply())

    def theme_button(self, choice: ThemeChoice) -> RadioButton:
        return self._themes[choice]

    def _apply(self) -> None:
        choice = next(choice for choice, button in self._themes.items() if button.isChecked())
        self._appearance.choose(choice, self.font_size.value())
        self.chosen.emit(choice, self.font_size.value())

    def _lay_out(self, facts: list[tuple[str, str]]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(14)
        grid.setColumnMinimumWidth(0, 96)
        grid.setColumnStretch(1, 1)
        themes = QHBoxLayout()
        themes.setSpacing(16)
        for button in self._themes.values():
            themes.addWidget(button)
        themes.addStretch()
        grid.addWidget(Label("Theme", "muted"), 0, 0)
        grid.addLayout(themes, 0, 1)
        grid.addWidget(Label("Text size", "muted"), 1, 0)
        grid.addLayout(self._size_row(), 1, 1)
        grid.addWidget(Label("Reasoning", "muted"), 2, 0)
        grid.addWidget(self.reasoning, 2, 1)
        for row, (name, sentence) in enumerate(facts, start=3):
            grid.addWidget(Label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(sentence, wrap=True), row, 1)
        close = Button("Done", "primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(20)
        layout.addWidget(Label("Settings", "heading"))
        layout.addLayout(grid)
        layout.addStretch()
        layout.addLayout(foot)
        self.setMinimumWidth(520)

    def _size_row(self) -> QHBoxLayout:
        smaller, larger = Button("Smaller"), Button("Larger")
        smaller.clicked.connect(self.font_size.stepDown)
        larger.clicked.connect(self.font_size.stepUp)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.font_size, smaller, larger):
            row.addWidget(widget)
        row.addStretch()
        return row
