"""The fields that most connections need."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from chat_studio.connections.draft import Draft
from chat_studio.providers import registry
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.id_field import IdInput
from chat_studio.ui.connections.inputs import BlockInput, Choice, Switch, TextInput
from chat_studio.ui.connections.keeper import Facts
from chat_studio.ui.connections.key_field import KeyField
from chat_studio.ui.connections.model_field import ModelField
from chat_studio.ui.connections.section import Section
from chat_studio.ui.connections.wording import LABELS

DETECT = "Detect by itself"


class MainSection(Section):
    """Name, address, kind, model, key, defaults, switches and id."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.models = ModelField(appearance)
        self._name = TextInput("What to call it")
        self._address = TextInput()
        self._kind = Choice(appearance, LABELS["provider"], [("", DETECT)])
        self._variable = TextInput()
        self._key = KeyField()
        self._id = IdInput()
        self._add_server()
        self._add_key()
        self._add_defaults()
        self._add_rest()

    def show_draft(self, draft: Draft) -> None:
        super().show_draft(draft)
        self._key.show_draft(draft)
        self._id.show_draft(draft)
        kind = registry.provider_class(draft.provider) if draft.provider in registry.kinds() else None
        self._address.setPlaceholderText((kind and kind.default_base_url) or "http://localhost:8000")
        self._variable.setPlaceholderText(
            (kind and kind.variables.usual_key) or "Environment variable that holds the key"
        )
        self._fields["base_url"].set_hint(draft.warnings.get("base_url", ""))
        self._fields["provider"].set_hint(draft.warnings.get("provider", ""))

    def tell_facts(self, facts: Facts) -> None:
        self._key.tell_place(facts.key_place)
        self._kind.offer([("", DETECT), *facts.kinds])

    def focus_name(self) -> None:
        self._name.setFocus()

    def _add_server(self) -> None:
        self.add_row(LABELS["name"], self.add_field("name", self._name))
        self.add_row(LABELS["base_url"], self.add_field("base_url", self._address))
        self.add_row(LABELS["provider"], self.add_field("provider", self._kind))
        self.add_input("model", self.models.input)
        self.add_row(LABELS["model"], self.models)

    def _add_key(self) -> None:
        self._key.typed.connect(lambda key: self.edited.emit("new_key", key))
        self._key.removed.connect(lambda: self.edited.emit("api_key", None))
        self.add_row(LABELS["api_key"], self._key)
        self.add_row(LABELS["api_key_env_var"], self.add_field("api_key_env_var", self._variable))

    def _add_defaults(self) -> None:
        fields = (
            self.add_field("temperature", TextInput("Server’s own"), "temperature, 0 to 2"),
            self.add_field("max_tokens", TextInput("Server’s own"), "max tokens of an answer"),
            self.add_field("timeout", TextInput("300"), "idle timeout, seconds"),
        )
        self.add_row("Defaults", _side_by_side(*fields))
        parameters = BlockInput(self._appearance, '{"top_p": 0.95}')
        hint = "JSON, sent as it is"
        self.add_row(LABELS["default_parameters"], self.add_field("default_parameters", parameters, hint))

    def _add_rest(self) -> None:
        switches = [Switch(self._appearance, LABELS[name]) for name in ("enabled", "is_local")]
        for name, switch in zip(("enabled", "is_local"), switches, strict=True):
            self.add_input(name, switch)
        self.add_row("Options", _side_by_side(*switches))
        self.add_row(LABELS["id"], self.add_field("id", self._id))


def _side_by_side(*widgets: QWidget) -> QWidget:
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(12)
    for widget in widgets:
        layout.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
    return line
