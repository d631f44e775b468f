"""Which connection a command means."""

from __future__ import annotations

from chat_studio.cli import output
from chat_studio.connections.model import Connection
from chat_studio.errors import ConnectionNotFound
from chat_studio.studio import Studio


def chosen_connection(studio: Studio, name_or_id: str) -> Connection:
    """The connection named, else the one used last, else the first that can be used.

    Reads files: call it in a thread. A file that is unusable is told on standard error; its last good copy counts.
    Raises ConnectionNotFound, ConnectionBroken and FileUnusable.
    """
    file = studio.connections.load()
    if file.problem:
        output.failure(file.problem, verbose=False)
    if name_or_id:
        return file.find(name_or_id)
    usable = [connection for connection in file.connections if connection.enabled and not connection.is_placeholder]
    last = studio.settings.load().last_connection
    found = next((connection for connection in usable if connection.id == last), None) or next(iter(usable), None)
    if found is None:
        raise file.problem or ConnectionNotFound(
            "No connection can be used yet.", hint="Add one: chat-studio connections add --help."
        )
    return found
