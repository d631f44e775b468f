"""The fields that every connection needs: where it goes, and with which key."""

from __future__ import annotations

from chat_studio.connections.draft import Draft
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.inputs import Choice, TextInput
from chat_studio.ui.connections.keeper import Facts
from chat_studio.ui.connections.key_field import KeyField
from chat_studio.ui.connections.model_field import ModelField
from chat_studio.ui.connections.section import Section
from chat_studio.ui.connections.wording import LABELS

DETECT = "Detect by itself"


class MainSection(Section):
    """Name, address, kind, model and key."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.models = ModelField(appearance)
        self._name = TextInput("What to call it")
        self._address = TextInput()
        self._kind = Choice(appearance, LABELS["provider"], [("", DETECT)])
        self._variable = TextInput()
        self._key = KeyField()
        self._add_server()
        self._add_key()

    def show_draft(self, draft: Draft) -> None:
        super().show_draft(draft)
        self._key.show_draft(draft)
        kind = draft.kind
        self._address.setPlaceholderText((kind and kind.default_base_url) or "http://localhost:8000")
        self._variable.setPlaceholderText(
            (kind and kind.variables.usual_key) or "Environment variable that holds the key"
        )
        for name in ("base_url", "provider"):
            warning = draft.warnings.get(name, "")
            self._fields[name].set_hint(warning or draft.hints.get(name, ""), "warning" if warning else "small")

    def tell_facts(self, facts: Facts) -> None:
        self._key.tell_place(facts.key_place)
        self._kind.offer([("", DETECT), *facts.kinds])

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
