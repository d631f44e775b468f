"""What holds for the questions of one conversation: system prompt and parameters, applied as they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from chat_studio.chat.settings_draft import EFFORTS, SettingsDraft
from chat_studio.parameters import ConversationSettings
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.inputs import BlockInput, Input, SuggestingInput, TextInput
from chat_studio.ui.connections.section import side_by_side
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.field import Field
from chat_studio.ui.widgets.labels import Label

PAUSE = 400
"""Milliseconds without a key after which what was typed holds."""
ABOUT = "They hold for the next questions of this conversation. What is blank is the connection’s, then the server’s."
NAMES = {
    "system": "System prompt",
    "temperature": "Temperature",
    "top_p": "Top p",
    "max_tokens": "Max tokens",
    "seed": "Seed",
    "stop": "Stop sequences",
    "reasoning_effort": "Reasoning effort",
    "json_schema": "JSON schema",
    "extra": "Extra JSON",
}
HINTS = {
    "temperature": "0 to 2",
    "top_p": "0 to 1",
    "max_tokens": "of an answer",
    "seed": "for answers that repeat",
    "stop": "One a line; \\n is a line break",
    "json_schema": "The answer is JSON of this shape, where the service can do that",
    "extra": "Sent as it is, beside everything else",
}


class ConversationSettingsDialog(QDialog):
    """Edits settings; a field that cannot be used says why, and counts as blank until it can.

    Signals:
        chosen(ConversationSettings): what holds from now on.
    """

    chosen = Signal(object)

    def __init__(
        self,
        appearance: Appearance,
        settings: ConversationSettings,
        defaults: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        """`defaults` are the texts of what the connection asks for where a field is blank."""
        super().__init__(parent)
        self.setWindowTitle("Conversation settings")
        self.setObjectName("conversationSettings")
        self._draft = SettingsDraft.of(settings)
        self._told = settings
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._tell)
        self._inputs: dict[str, Input] = {
            "system": BlockInput(appearance, "Nothing: the model answers as it is", least_lines=4, mono=False),
            **{name: TextInput(defaults.get(name, "Default")) for name in ("temperature", "top_p")},
            **{name: TextInput(defaults.get(name, "Default")) for name in ("max_tokens", "seed")},
            "stop": BlockInput(appearance),
            "reasoning_effort": SuggestingInput(appearance, NAMES["reasoning_effort"], "Default"),
            "json_schema": BlockInput(appearance, '{"type": "object", "properties": {…}}'),
            "extra": BlockInput(appearance, '{"top_k": 40}'),
        }
        self._fields = {name: self._field(name, editor) for name, editor in self._inputs.items()}
        self._lay_out()
        self._show()

    def field(self, name: str) -> Field:
        """The field of one setting, by the name of its text in `SettingsDraft`."""
        return self._fields[name]

    def hideEvent(self, event: QHideEvent) -> None:
        """What was typed last holds, however the dialog is left."""
        self._tell()
        super().hideEvent(event)

    def _field(self, name: str, editor: Input) -> Field:
        editor.setObjectName(f"setting_{name}")
        editor.setAccessibleName(NAMES[name])
        if isinstance(editor, SuggestingInput):
            editor.suggest(EFFORTS)
        editor.edited.connect(lambda text: self._edit(name, str(text)))
        return Field(editor, HINTS.get(name, ""))

    def _edit(self, name: str, text: str) -> None:
        self._draft = replace(self._draft, **{name: text})
        problems = self._draft.problems
        for changed, field in self._fields.items():
            field.set_reason(f"{NAMES[changed]}: {problems[changed]}" if changed in problems else "")
        self._pause.start()

    def _reset(self) -> None:
        self._draft = SettingsDraft()
        self._show()
        self._tell()

    def _show(self) -> None:
        for name, editor in self._inputs.items():
            editor.show_value(getattr(self._draft, name))
            self._fields[name].set_reason("")

    def _tell(self) -> None:
        self._pause.stop()
        settings = self._draft.settings
        if settings != self._told:
            self._told = settings
            self.chosen.emit(settings)

    def _lay_out(self) -> None:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        rows: list[tuple[str, QWidget]] = [
            (NAMES["system"], self._fields["system"]),
            ("Sampling", side_by_side(*map(self._labelled, ("temperature", "top_p")))),
            ("", side_by_side(*map(self._labelled, ("max_tokens", "seed")))),
            *((NAMES[name], self._fields[name]) for name in ("reasoning_effort", "stop", "json_schema", "extra")),
        ]
        for row, (name, content) in enumerate(rows):
            grid.addWidget(_caption(name), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(content, row, 1)
        grid.setRowStretch(len(rows), 1)
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        foot = QHBoxLayout()
        reset = Button("Back to the connection’s")
        reset.setObjectName("resetSettingsButton")
        reset.clicked.connect(self._reset)
        done = Button("Done", "primary")
        done.clicked.connect(self.accept)
        foot.addWidget(reset)
        foot.addStretch()
        foot.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addWidget(Label("Conversation settings", "heading"))
        layout.addWidget(Label(ABOUT, "muted", wrap=True))
        layout.addWidget(area, 1)
        layout.addLayout(foot)
        self.setMinimumSize(560, 320)
        self.resize(600, 700)

    def _labelled(self, name: str) -> QWidget:
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(Label(NAMES[name], "small"))
        layout.addWidget(self._fields[name])
        return whole


def _caption(text: str) -> Label:
    caption = Label(text, "muted")
    caption.setFixedHeight(32)
    return caption
