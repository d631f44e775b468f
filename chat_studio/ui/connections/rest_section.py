"""What the connection is to this program: whether it is offered, and its id."""

from __future__ import annotations

from chat_studio.connections.draft import Draft
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.id_field import IdInput
from chat_studio.ui.connections.inputs import Switch
from chat_studio.ui.connections.section import Section, side_by_side
from chat_studio.ui.connections.wording import LABELS


class RestSection(Section):
    """Two switches and the id."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        switches = [Switch(appearance, LABELS[name]) for name in ("enabled", "is_local")]
        for name, switch in zip(("enabled", "is_local"), switches, strict=True):
            self.add_input(name, switch)
        self.add_row("Options", side_by_side(*switches))
        self._id = IdInput()
        self.add_row(LABELS["id"], self.add_field("id", self._id))

    def show_draft(self, draft: Draft) -> None:
        super().show_draft(draft)
        self._id.show_draft(draft)
