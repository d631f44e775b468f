"""Who names conversations: nobody, the model that answers, or one for all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from chat_studio.chat.titling import TitleChoice
from chat_studio.connections.model import Connection
from chat_studio.errors import StudioError
from chat_studio.ui.aio import spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.inputs import Choice, SuggestingInput
from chat_studio.ui.widgets.field import Field

_WHO = [
    ("nobody", "Nobody: their first line stays"),
    ("same", "The model that answers"),
    ("chosen", "A model of my choice"),
]
_ASKS = "A short question more, when the first answer of a conversation has come. Names that you give stay."

FetchModels = Callable[[Connection], Awaitable[Sequence[str]]]
"""The names of a connection's models. Raises StudioError."""


class TitlesRows(QObject):
    """Three rows; those of connection and model are there for a choice only.

    Signals:
        chosen(TitleChoice): what holds now.
    """

    chosen = Signal(object)

    def __init__(
        self,
        appearance: Appearance,
        choice: TitleChoice,
        connections: Sequence[Connection],
        models_of: FetchModels,
        parent: QObject,
    ) -> None:
        """`connections`: those that can be used."""
        super().__init__(parent)
        self._choice = choice
        self._connections = {connection.id: connection for connection in connections}
        self._models_of = models_of
        who = Choice(appearance, "Who names conversations", [row for row in _WHO if connections or row[0] != "chosen"])
        self.who = Field(who)
        self.connection = Choice(
            appearance,
            "Connection that names conversations",
            [(connection.id, connection.name) for connection in connections],
        )
        self.model = SuggestingInput(appearance, "Model that names conversations", "The connection’s own")
        for name, editor in (("Who", who), ("Connection", self.connection), ("Model", self.model)):
            editor.setObjectName(f"titles{name}")
        who.show_value(choice.who)
        if choice.connection_id:
            self.connection.show_value(choice.connection_id)
        self.model.show_value(choice.model)
        who.edited.connect(self._choose_who)
        self.connection.edited.connect(self._choose_connection)
        self.model.edited.connect(lambda text: self._tell(replace(self._choice, model=str(text).strip())))
        self._show()

    def _choose_who(self, who: str) -> None:
        choice = TitleChoice("same" if who == "same" else "chosen" if who == "chosen" else "nobody")
        if choice.who == "chosen":
            choice = replace(choice, connection_id=self.connection.currentData(), model=self.model.currentText())
        self._tell(choice)

    def _choose_connection(self, connection_id: str) -> None:
        self.model.show_value("")
        self.model.suggest(())
        self._tell(replace(self._choice, connection_id=connection_id, model=""))

    def _tell(self, choice: TitleChoice) -> None:
        self._choice = choice
        self._show()
        self.chosen.emit(choice)

    def _show(self) -> None:
        is_chosen = self._choice.who == "chosen"
        self.who.set_hint("" if self._choice.who == "nobody" else _ASKS)
        for part in (self.connection, self.model):
            part.setVisible(is_chosen)
        connection = self._connections.get(self._choice.connection_id)
        if is_chosen and connection is not None and not self.model.count():
            spawn(self._suggest(connection), self, "list models")

    async def _suggest(self, connection: Connection) -> None:
        """Any name can be typed, also when the server does not tell."""
        try:
            models = await self._models_of(connection)
        except StudioError:
            return
        if self._choice.connection_id == connection.id:
            self.model.suggest(models)
