"""What the messages of the conversation that is shown are told of the program."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from chat_studio.history.records import MessageRecord
from chat_studio.history.store import HistoryStore
from chat_studio.messages import ImagePart
from chat_studio.ui.chat import Chat
from chat_studio.ui.costs import Costs
from chat_studio.ui.routes import Route, Routes
from chat_studio.ui.speech import Speaker
from chat_studio.ui.transcript.host import MessageHost, Way, own_bytes


class MessageFacts(QObject):
    """Keeps the host in step with the session, the connections, the prices and the voice."""

    def __init__(
        self,
        host: MessageHost,
        chat: Chat,
        routes: Routes,
        costs: Costs,
        speaker: Speaker,
        history: HistoryStore,
    ) -> None:
        super().__init__(host)
        self._host = host
        self._chat = chat
        self._routes = routes
        self._speaker = speaker
        self._history = history
        host.versions = self._versions
        host.ways = self._ways
        host.cost = costs.of
        host.image = self._image
        chat.stirred.connect(self._tell)
        chat.shown.connect(lambda _: speaker.stop())
        speaker.changed.connect(self._tell)
        costs.changed.connect(host.tell)
        routes.file_changed.connect(host.tell)

    def _tell(self) -> None:
        session, host = self._chat.session, self._host
        host.running = session is not None and session.running
        host.temporary = session is not None and session.temporary
        host.can_speak, host.speaking = self._speaker.can_speak, self._speaker.speaking
        host.tell()

    def _versions(self, message_id: str) -> Sequence[str]:
        try:
            return self._chat.session.versions(message_id) if self._chat.session is not None else (message_id,)
        except KeyError:  # a widget of the conversation before, which is about to go
            return (message_id,)

    def _ways(self, record: MessageRecord) -> Sequence[Way]:
        """The one that answered first, where it still can be asked; the chosen one; all connections."""
        usable = {connection.id: connection for connection in self._routes.usable}
        chosen = self._routes.route
        ways: dict[Route, str] = {}
        if record.connection_id in usable:
            same = Route(record.connection_id, record.model)
            ways[same] = f"Same model: {_name(usable[record.connection_id].name, record.model)}"
        if chosen.connection_id in usable:
            ways.setdefault(chosen, f"As chosen above: {_name(usable[chosen.connection_id].name, chosen.model)}")
        for connection in usable.values():
            route = Route(connection.id, connection.model)
            ways.setdefault(route, _name(connection.name, connection.model))
        return [Way(label, route.connection_id, route.model) for route, label in ways.items()]

    async def _image(self, part: ImagePart) -> bytes:
        if part.blob:
            return await self._history.image(part.blob)
        return await own_bytes(part)


def _name(connection: str, model: str) -> str:
    return f"{model.rpartition('/')[2]} · {connection}" if model else connection
