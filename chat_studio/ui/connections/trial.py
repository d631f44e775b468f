"""Asks the server of a draft: unsaved edits count, and a typed key is used without being stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from chat_studio.connections.draft import Draft
from chat_studio.connections.model import Connection
from chat_studio.connections.provision import provider_of
from chat_studio.connections.report import title_of
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.steps import Step
from chat_studio.errors import ConfigurationError
from chat_studio.ui.connections.wording import cannot_save


class Trial:
    """`current` gives the draft that is edited at the moment of asking."""

    def __init__(self, current: Callable[[], Draft | None], secrets: Secrets) -> None:
        self._current = current
        self._secrets = secrets

    async def models(self) -> Sequence[str]:
        """The names of the models that the server lists. Raises StudioError."""
        connection, typed_key = self._ready()
        provider = await provider_of(connection, self._secrets, typed_key=typed_key)
        try:
            return [model.id for model in await provider.list_models()]
        finally:
            await provider.aclose()

    def start(self) -> tuple[str, AsyncIterator[Step]]:
        """A title, and the steps of an examination. Raises ConfigurationError while the draft is no connection."""
        connection, typed_key = self._ready()
        return title_of(connection), self._examine(connection, typed_key)

    async def _examine(self, connection: Connection, typed_key: str) -> AsyncIterator[Step]:
        examine = await asyncio.to_thread(_examiner)
        async for step in examine(connection, self._secrets, typed_key=typed_key):
            yield step

    def _ready(self) -> tuple[Connection, str]:
        draft = self._current()
        if draft is None or draft.connection is None:
            reason = cannot_save(draft) if draft else ""
            raise ConfigurationError(f"This cannot be asked yet: {reason}.", hint="Correct the field first.")
        return draft.connection, draft.new_key


def _examiner() -> Callable[..., AsyncIterator[Step]]:
    """Imported when it is used, and in a thread: it brings the HTTP library with it."""
    from chat_studio.connections.doctor import examine

    return examine
