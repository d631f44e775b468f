"""What a request asks for by default, and the figures that count where the server tells none."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.inputs import BlockInput, TextInput
from chat_studio.ui.connections.section import Section, side_by_side
from chat_studio.ui.connections.wording import LABELS
from chat_studio.ui.widgets.labels import Label

PRICES = "US dollars for a million tokens; blank = from the price table"


class LimitsSection(Section):
    """Temperature, tokens, idle timeout, free parameters, context and prices."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        fields = (
            self.add_field("temperature", TextInput("Default"), "temperature, 0 to 2"),
            self.add_field("max_tokens", TextInput("Default"), "max tokens of an answer"),
            self.add_field("timeout", TextInput("300"), "idle timeout, seconds"),
        )
        self.add_row("Defaults", side_by_side(*fields))
        parameters = BlockInput(appearance, '{"top_p": 0.95}')
        hint = "JSON, sent as it is"
        self.add_row(LABELS["default_parameters"], self.add_field("default_parameters", parameters, hint))
        context = self.add_field("context_length", TextInput("Server’s own"), "Tokens that the model takes in at most")
        self.add_row(LABELS["context_length"], context)
        prices = (
            self.add_field("price_input", TextInput("Price table"), "input"),
            self.add_field("price_output", TextInput("Price table"), "output"),
        )
        self.add_row("Prices", _explained(side_by_side(*prices), PRICES))


def _explained(content: QWidget, text: str) -> QWidget:
    whole = QWidget()
    layout = QVBoxLayout(whole)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(3)
    layout.addWidget(content)
    layout.addWidget(Label(text, "small", wrap=True))
    return whole
