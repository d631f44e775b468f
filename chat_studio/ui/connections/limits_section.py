"""What a request asks for by default, and the figures that count where the server tells none."""

from __future__ import annotations

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.inputs import BlockInput, TextInput
from chat_studio.ui.connections.section import Section, side_by_side
from chat_studio.ui.connections.wording import LABELS
from chat_studio.ui.widgets.field import Field


class LimitsSection(Section):
    """Temperature, tokens, idle timeout, free parameters, context and prices."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        fields = (
            self.add_field("temperature", TextInput("Server’s own"), "temperature, 0 to 2"),
            self.add_field("max_tokens", TextInput("Server’s own"), "max tokens of an answer"),
            self.add_field("timeout", TextInput("300"), "idle timeout, seconds"),
        )
        self.add_row("Defaults", side_by_side(*fields))
        parameters = BlockInput(appearance, '{"top_p": 0.95}')
        hint = "JSON, sent as it is"
        self.add_row(LABELS["default_parameters"], self.add_field("default_parameters", parameters, hint))
        context = self.add_field("context_length", TextInput("Server’s own"), "Tokens that the model takes in at most")
        self.add_row(LABELS["context_length"], context)
        prices = (self._price("price_input", "in"), self._price("price_output", "out"))
        self.add_row("Prices", side_by_side(*prices))

    def _price(self, name: str, direction: str) -> Field:
        hint = f"{direction}, US dollars for a million tokens; blank = from the price table"
        return self.add_field(name, TextInput("Price table"), hint)
