"""Where the next question goes: keeps the two selectors in step with the file, the servers and the conversation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.masking import masked_address
from chat_studio.connections.model import Connection, Entry
from chat_studio.connections.store import ConnectionStore
from chat_studio.errors import ConfigurationError, StudioError
from chat_studio.providers.values import ModelInfo
from chat_studio.ui.aio import spawn
from chat_studio.ui.connection_selector import NOT_VERIFIED, Choice
from chat_studio.ui.connections.file_watch import FileWatch
from chat_studio.ui.header import Header
from chat_studio.ui.model_source import ModelSource
from chat_studio.ui.preferences import Preferences

FRESH_SECONDS = 5.0
"""A list of models this young is not fetched again when the popup opens."""


@dataclass(frozen=True)
class Route:
    """A connection by its id ("": none is chosen), and a model ("": the connection's own)."""

    connection_id: str = ""
    model: str = ""


class Routes(QObject):
    """The route that is chosen, and the file of connections as it is now.

    Signals:
        chosen(): the user chose another connection or model.
        route_changed(): the route is another one, for whatever reason.
        file_changed(): the file of connections was read anew.
        models_known(): a server has told of its models.
    """

    chosen = Signal()
    route_changed = Signal()
    file_changed = Signal()
    models_known = Signal()

    def __init__(
        self, header: Header, store: ConnectionStore, models: ModelSource, preferences: Preferences, watch: FileWatch
    ) -> None:
        super().__init__(header)
        self._connections = header.connections
        self._models = header.models
        self._store = store
        self._source = models
        self._preferences = preferences
        self._watch = watch
        self._fetching: asyncio.Task[None] | None = None
        self._fetched = ("", 0.0)
        self.file = ConnectionFile()
        self._connections.connection_chosen.connect(self._on_connection_chosen)
        self._models.model_chosen.connect(self._on_model_chosen)
        self._models.opening.connect(self._fetch_if_old)
        watch.stirred.connect(self.reload)

    @property
    def route(self) -> Route:
        return Route(self._connections.connection_id, self._models.model_name)

    @property
    def connection(self) -> Connection | None:
        return self.find(self._connections.connection_id)

    @property
    def usable(self) -> Sequence[Connection]:
        """The connections that can be chosen, in the file's order."""
        return [connection for connection in self.file.connections if connection.enabled]

    async def load(self) -> None:
        """Reads the file for the first time, and goes to the connection that was used last."""
        await self._read()
        self._watch.start()
        if not self._connections.connection_id:
            self.go_to(Route(self._preferences.settings.last_connection))

    def reload(self) -> None:
        """Takes the file as it is now, if anybody has changed it."""
        spawn(self._read(), self, "reload connections")

    def close(self) -> None:
        self._watch.stop()

    def go_to(self, route: Route) -> None:
        """Shows a route. One that is not there any more gives way to the present one, or to the first there is."""
        usable = [connection.id for connection in self.usable]
        candidates = (route.connection_id, self._connections.connection_id, *usable)
        connection_id = next((name for name in candidates if name in usable), "")
        model = route.model if connection_id == route.connection_id else ""
        self._show(connection_id, model)

    def choose(self, connection_id: str) -> None:
        """As if the user had chosen the connection in the list."""
        if self._connections.choose(connection_id):
            self._on_connection_chosen(connection_id)

    async def choose_stored(self, connection_id: str) -> None:
        """The same for a connection that was stored just now."""
        await self._read()
        self.choose(connection_id)

    def note_answer(self, connection_id: str, *, good: bool) -> None:
        """What an answer told of its connection."""
        self._connections.set_state(connection_id, "good" if good else "bad")

    # -- the file ----------------------------------------------------------------------------------------

    async def _read(self) -> None:
        file = await asyncio.to_thread(self._store.current)
        if file.revision <= self.file.revision:  # known already, or overtaken by a later reading
            return
        before, self.file = self.connection, file
        self._connections.set_choices(
            [_choice(entry) for entry in self.file.entries if not isinstance(entry, Connection) or entry.enabled]
        )
        if before is not None and self.connection != before:
            self.go_to(Route(before.id, self._models.model_name))
        self.file_changed.emit()

    def find(self, connection_id: str) -> Connection | None:
        """The connection of an id, as the file has it now."""
        return next((known for known in self.file.connections if known.id == connection_id), None)

    # -- choosing ----------------------------------------------------------------------------------------

    def _on_connection_chosen(self, connection_id: str) -> None:
        self._show(connection_id, "")
        self._on_user_chose()

    def _on_model_chosen(self, model: str) -> None:
        del model
        self.route_changed.emit()
        self._on_user_chose()

    def _on_user_chose(self) -> None:
        self.chosen.emit()
        route = self.route
        if route.connection_id:
            spawn(self._preferences.remember_route(route.connection_id, route.model), self, "remember the route")

    def _show(self, connection_id: str, model: str) -> None:
        self._connections.choose(connection_id)
        connection = self.find(connection_id)
        own = connection.model if connection else ""
        self._models.set_model_name(model or self._preferences.settings.last_models.get(connection_id, "") or own)
        self._fetch()
        self.route_changed.emit()

    # -- models ------------------------------------------------------------------------------------------

    def _fetch_if_old(self) -> None:
        connection_id, when = self._fetched
        if connection_id != self._connections.connection_id or time.monotonic() - when > FRESH_SECONDS:
            self._fetch()

    def _fetch(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
        connection = self.connection
        if connection is not None:
            self._fetching = spawn(self._list_models(connection), self, "list models")

    async def _list_models(self, connection: Connection) -> None:
        known = self._source.known(connection)
        if known:
            self._models.show_models(known)
        else:
            self._models.show_loading()
        try:
            models = await self._source.fetch(connection)
        except StudioError as error:
            self._models.show_failure(error)
            self._fetched = ("", 0.0)
            if not isinstance(error, ConfigurationError):
                self._connections.set_state(connection.id, "bad")
            return
        self._fetched = (connection.id, time.monotonic())
        self.models_known.emit()
        self._models.show_models(models)
        self._connections.set_state(connection.id, "good")
        if not self._models.model_name and models:
            self._models.set_model_name(_likely(models).id)
            self.route_changed.emit()


def _choice(entry: Entry) -> Choice:
    if isinstance(entry, Connection):
        warning = "" if entry.verify_cert else NOT_VERIFIED
        place = masked_address(entry.first_address) or entry.provider or entry.model
        return Choice(entry.id, entry.name, place, warning=warning)
    place = f"Line {entry.line}: " if entry.line else ""
    name = entry.name or entry.id or "Unnamed entry"
    return Choice(entry.id, f"{name} (cannot be used)", f"{place}{entry.reason}", usable=False)


def _likely(models: Sequence[ModelInfo]) -> ModelInfo:
    """One that is loaded already, else the first."""
    return next((model for model in models if model.loaded), models[0])
