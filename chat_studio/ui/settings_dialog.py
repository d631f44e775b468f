"""The settings: each applies at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from chat_studio.chat.titling import TitleChoice
from chat_studio.connections.model import Connection
from chat_studio.settings import Settings
from chat_studio.ui.appearance import FONT_SIZES, Appearance, ThemeChoice
from chat_studio.ui.connections.section import Section
from chat_studio.ui.settings.size_row import SizeRow
from chat_studio.ui.settings.titles_rows import FetchModels, TitlesRows
from chat_studio.ui.transcript.view import NARROWEST, WIDEST
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.choices import CheckBox, RadioButton
from chat_studio.ui.widgets.flow_text import FlowText
from chat_studio.ui.widgets.sheet import Sheet

SIZE = QSize(600, 660)
_STACKED_BELOW = 64
"""Widths of a letter: where there is less room, names stand above what they name."""
_NAMES: dict[ThemeChoice, str] = {"system": "Like the system", "light": "Light", "dark": "Dark"}


class SettingsDialog(Sheet):
    """Tells what is chosen; whoever shows it applies and stores that.

    Signals:
        changed(dict[str, object]): fields of `Settings` with their new values.
        backups_wanted(): show the backups.
    """

    changed = Signal(object)
    backups_wanted = Signal()

    def __init__(
        self,
        appearance: Appearance,
        settings: Settings,
        connections: Sequence[Connection],
        models_of: FetchModels,
        facts: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        """`facts` are names and sentences to know, such as where keys are kept."""
        super().__init__("Settings", parent, SIZE)
        self.setObjectName("settingsDialog")
        self._appearance = appearance
        self._themes = {choice: RadioButton(appearance, _NAMES[choice]) for choice in get_args(ThemeChoice)}
        self._themes[appearance.choice].setChecked(True)
        self._page = Section()
        self._add_looks(settings)
        self._add_titles(settings, connections, models_of)
        self._add_backups(settings)
        self._page.add_title("On this computer")
        for name, sentence in facts:
            self._page.add_row(name, _Fact(name, sentence))
        self.body.addWidget(self._page)
        self.body.addStretch()
        done = Button("Done", "primary")
        done.setObjectName("settingsDoneButton")
        done.clicked.connect(self.accept)
        self.add_buttons(done)
        self._themes[appearance.choice].setFocus()

    @property
    def font_size(self) -> QSpinBox:
        return self._font_size.field

    @property
    def column_width(self) -> QSpinBox:
        return self._column_width.field

    def theme_button(self, choice: ThemeChoice) -> RadioButton:
        return self._themes[choice]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        letter = self.fontMetrics().averageCharWidth()
        self._page.set_stacked(stacked=self.width() < _STACKED_BELOW * letter)

    def _add_looks(self, settings: Settings) -> None:
        themes = QWidget()
        line = QHBoxLayout(themes)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        for choice, button in self._themes.items():
            line.addWidget(button)
            button.toggled.connect(lambda on, theme=choice: self.changed.emit({"theme": theme}) if on else None)
        line.addStretch()
        themes.setMinimumHeight(32)
        size = self._appearance.font_size
        self._font_size = SizeRow("Text size in pixels", FONT_SIZES, size, "Smaller", "Larger")
        self._font_size.chosen.connect(lambda pixels: self.changed.emit({"font_size": pixels}))
        widths = range(NARROWEST, WIDEST + 1, 40)
        width = settings.column_width
        self._column_width = SizeRow("Width of the text in pixels", widths, width, "Narrower", "Wider")
        self._column_width.chosen.connect(lambda pixels: self.changed.emit({"column_width": pixels}))
        self._page.add_title("Looks")
        self._page.add_row("Theme", themes)
        self._page.add_row("Text size", self._font_size)
        self._page.add_row("Text width", self._column_width)

    def _add_titles(self, settings: Settings, connections: Sequence[Connection], models_of: FetchModels) -> None:
        reasoning = self._switch("Show it while it comes", "show_reasoning", settings.show_reasoning)
        reasoning.setAccessibleName("Show the model’s reasoning while it comes")
        choice = TitleChoice(settings.titles, settings.title_connection, settings.title_model)
        titles = self._titles = TitlesRows(self._appearance, choice, connections, models_of, self)
        titles.chosen.connect(self._choose_titles)
        self._page.add_title("Conversations")
        self._page.add_row("Reasoning", reasoning)
        self._page.add_row("Named by", _below_each_other(titles.who, titles.connection, titles.model))

    def _add_backups(self, settings: Settings) -> None:
        daily = self._switch("Make one every day", "daily_backup", settings.daily_backup)
        show = Button("Backups…")
        show.setObjectName("settingsBackupsButton")
        show.clicked.connect(self.backups_wanted)
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(daily)
        layout.addStretch()
        layout.addWidget(show)
        self._page.add_title("Safety")
        self._page.add_row("Backups", line)

    def _switch(self, text: str, field: str, value: bool) -> CheckBox:
        switch = CheckBox(self._appearance, text)
        switch.setObjectName(f"setting_{field}")
        switch.setMinimumHeight(32)
        switch.setChecked(value)
        switch.toggled.connect(lambda on: self.changed.emit({field: on}))
        return switch

    def _choose_titles(self, choice: TitleChoice) -> None:
        self.changed.emit({"titles": choice.who, "title_connection": choice.connection_id, "title_model": choice.model})


class _Fact(FlowText):
    """A sentence that can be selected, level with its name."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(name, "muted")
        self.setViewportMargins(0, 7, 0, 0)
        self.set_text(sentence)

    def heightForWidth(self, width: int) -> int:
        return super().heightForWidth(width) + 7


def _below_each_other(*widgets: QWidget) -> QWidget:
    """In one row of the page, so that those that are hidden leave no gap."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(10)
    for widget in widgets:
        layout.addWidget(widget)
    return column
