"""The composition root: every service of the program, built in one place, handed to both front ends."""

from __future__ import annotations

from dataclasses import dataclass

from chat_studio.backup.service import Backups
from chat_studio.chat.engine import Engine
from chat_studio.chat.retry import Retry
from chat_studio.chat.sessions import Sessions
from chat_studio.chat.titling import Titler
from chat_studio.connections.pool import ProviderPool
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore
from chat_studio.history.store import HistoryStore
from chat_studio.paths import Paths
from chat_studio.resources import sample_connections
from chat_studio.settings import SettingsStore


@dataclass(frozen=True)
class Studio:
    """The services of one home."""

    paths: Paths
    settings: SettingsStore
    secrets: Secrets
    connections: ConnectionStore
    providers: ProviderPool
    history: HistoryStore
    sessions: Sessions
    titler: Titler
    backups: Backups

    @classmethod
    def build(cls, paths: Paths, *, read_pause: float = 0.0) -> Studio:
        """Builds everything without reading, opening or connecting to anything: each service does so when first used.

        `read_pause` is the time in seconds that a stream waits between reads, so that a painting front end wakes up
        once a frame and not once a token.
        """
        secrets = Secrets(paths.secrets)
        connections = ConnectionStore(paths.connections, sample_connections(), secrets)
        providers = ProviderPool(connections, secrets, read_pause=read_pause)
        history = HistoryStore(paths.history)
        engine = Engine(Retry())
        sessions = Sessions(history, providers, engine)
        return cls(
            paths=paths,
            settings=SettingsStore(paths.settings),
            secrets=secrets,
            connections=connections,
            providers=providers,
            history=history,
            sessions=sessions,
            titler=Titler(sessions, providers, engine),
            backups=Backups(paths, history),
        )

    async def aclose(self) -> None:
        """Ends turns, connections and the database, in this order."""
        await self.titler.aclose()
        await self.sessions.aclose()
        await self.providers.aclose()
        await self.history.aclose()
