"""One connection that the environment describes: whether to take it, and where its key shall be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chat_studio.connections.recognition import host_of
from chat_studio.connections.secrets import KeyPlace
from chat_studio.providers import registry
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.choices import CheckBox
from chat_studio.ui.widgets.labels import Label

if TYPE_CHECKING:
    from chat_studio.connections.environment import Proposal

INDENT = 26
"""So that what belongs to a check box stands below its text."""


class ProposalRow(QWidget):
    """`taken` says whether it shall be added; `moves_key` whether its key goes to the keychain."""

    def __init__(self, appearance: Appearance, proposal: Proposal, place: KeyPlace, same: str = "") -> None:
        """`place` is where keys are kept; `same` the name of a connection that leads to the same model already."""
        super().__init__()
        self.setObjectName("proposalRow")
        self.proposal = proposal
        connection = proposal.connection
        self.choice = CheckBox(appearance, connection.name)
        self.choice.setChecked(not same and bool(proposal.key or not proposal.problems))
        self._store = "the keychain" if place.kind == "keychain" else "the program’s file of keys"
        self._move = CheckBox(appearance, f"Move the key to {self._store}")
        self._move.setAccessibleName(f"{connection.name}: move the key to {self._store}")
        self._move.setToolTip(place.sentence)
        self._move.setChecked(bool(proposal.key) and not proposal.is_set)
        self._move.setVisible(bool(proposal.key))
        self._place = Label(role="small", wrap=True)
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(Label(_what(proposal), "small", wrap=True))
        below.addWidget(self._place)
        below.addWidget(self._move)
        told = (*proposal.problems, *([f"It is there already, as “{same}”."] if same else []))
        for text in told:
            below.addWidget(Label(text, "warning", wrap=True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.choice)
        layout.addLayout(below)
        self._move.toggled.connect(self._show_place)
        self._show_place()

    @property
    def taken(self) -> bool:
        return self.choice.isChecked()

    @property
    def moves_key(self) -> bool:
        return self._move.isChecked()

    def _show_place(self) -> None:
        text = _place_of_key(self.proposal, self._store if self.moves_key else "")
        self._place.setText(text)
        self._place.setVisible(bool(text))


def _what(proposal: Proposal) -> str:
    """Kind, host and model of what it will become."""
    connection = proposal.connection
    known = connection.provider in registry.kinds()
    kind = registry.provider_class(connection.provider).label if known else connection.provider
    where = host_of(connection.base_url)
    return " · ".join(dict.fromkeys(filter(None, (kind, where, connection.model or "the server’s first model"))))


def _place_of_key(proposal: Proposal, store: str) -> str:
    """Where its key will be: in `store`, or, for "", where it is now."""
    variable = proposal.variable
    if store:
        return f"Its key is copied to {store}; {variable} is not needed any more."
    if not variable:
        return "No key."
    if proposal.is_set:
        return f"Its key stays in {variable}."
    return f"Its key would be read from {variable}, which is not set where this program runs."
