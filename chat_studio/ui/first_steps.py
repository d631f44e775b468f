"""What the empty state offers: the way from nothing but the demo to a model."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject, Signal

from chat_studio.connections.model import Connection
from chat_studio.errors import StudioError
from chat_studio.net.listening import is_listening
from chat_studio.ui.aio import spawn
from chat_studio.ui.empty_state import EmptyState, Offer
from chat_studio.ui.model_source import ModelSource
from chat_studio.ui.routes import Routes

_SERVERS = "vLLM, llama.cpp, LM Studio, anything that speaks the OpenAI protocol"
_SERVICES = "OpenAI, Anthropic, OpenRouter and others"


class FirstSteps(QObject):
    """Asks the local servers among the connections, in the background, whether they answer.

    Signals:
        address_requested(): the user has the address of a server.
        service_requested(): the user wants to choose a service.
    """

    address_requested = Signal()
    service_requested = Signal()

    def __init__(self, view: EmptyState, routes: Routes, models: ModelSource) -> None:
        super().__init__(view)
        self._view = view
        self._routes = routes
        self._models = models
        self._answering: dict[str, int] = {}
        routes.file_changed.connect(self.refresh)
        routes.route_changed.connect(self._show)

    def refresh(self) -> None:
        """Looks again at what there is."""
        self._show()
        for connection in self._routes.usable:
            if _is_on_this_computer(connection):
                spawn(self._ask(connection), self, "look for local servers")

    async def _ask(self, connection: Connection) -> None:
        self._answering.pop(connection.id, None)
        if await is_listening(connection.base_url):
            # that something else than a model server answers is an answer, too
            with contextlib.suppress(StudioError):
                self._answering[connection.id] = len(await self._models.fetch(connection))
        self._show()

    def _show(self) -> None:
        usable = [known for known in self._routes.usable if known.provider != "demo" and not known.is_placeholder]
        chosen = self._routes.connection
        ready = chosen is not None and chosen in usable and (not chosen.is_local or chosen.id in self._answering)
        if ready and chosen is not None:
            self._view.show_ready(chosen.name)
        elif any(not known.is_local for known in usable):
            self._view.show_ready(chosen.name if chosen else "Your connection")
        else:
            demo_chosen = chosen is None or chosen.provider == "demo"
            self._view.show_offers(tuple(self._offers()), demo_chosen=demo_chosen)

    def _offers(self) -> list[Offer]:
        usable = self._routes.usable
        running = [self._running(known) for known in usable if known.id in self._answering]
        waiting = [self._waiting(known) for known in usable if known.id not in self._answering and _is_ollama(known)]
        server = Offer("Connect your own server", _SERVERS, "Enter its address…", self.address_requested.emit)
        service = Offer("Use a service with a key", _SERVICES, "Choose…", self.service_requested.emit)
        return [*running, *waiting, server, service]

    def _running(self, connection: Connection) -> Offer:
        count = self._answering[connection.id]
        models = "no models yet" if not count else "1 model" if count == 1 else f"{count} models"
        return Offer(
            f"{connection.name} is running on this computer",
            f"{_place(connection)} · {models}",
            "Use it",
            lambda: self._routes.choose(connection.id),
            recommended=True,
        )

    def _waiting(self, connection: Connection) -> Offer:
        return Offer(
            "Ollama on this computer",
            f"Nothing answers at {_place(connection)}. Start Ollama, then look again.",
            "Look again",
            self.refresh,
        )


def _is_on_this_computer(connection: Connection) -> bool:
    return connection.is_local and connection.provider != "demo" and not connection.is_placeholder


def _is_ollama(connection: Connection) -> bool:
    return connection.provider == "ollama" and _is_on_this_computer(connection)


def _place(connection: Connection) -> str:
    return connection.base_url.partition("://")[2].rstrip("/") or connection.base_url
