"""Where the keys of connections go while the file is edited: never into the file."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import JsonValue

from chat_studio.connections.secrets import REFERENCE, Secrets, is_literal
from chat_studio.errors import KeyUnavailable, StudioError


class KeyMoves:
    """The keys that one edit of the file moves. Once it is written `finish` deletes those no longer used; `undo` is
    for an edit that failed. `notices` are sentences for the user."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._replaced: list[tuple[str, str]] = []
        self._obsolete: list[str] = []
        self.left_file: list[tuple[str, str | None]] = []
        """Keys that stood in the file, each with what stands there now."""
        self.notices: list[str] = []

    def settle(self, connection_id: str, api_key: JsonValue, *, before: JsonValue, new_key: str | None) -> JsonValue:
        """What the entry's `api_key` becomes: a typed key (`new_key`) and a literal one are stored under the id.

        `before` is what the entry said so far. Raises StorageError when a key cannot be stored anywhere.
        """
        after = api_key
        if new_key:
            after = self.put(connection_id, new_key)
        elif is_literal(api_key):
            after = self.put(connection_id, str(api_key))
            told, place = f"The key of “{connection_id}” has left the file.", self._secrets.where()
            self.notices.append(f"{told} {place.sentence}" if place.kind == "keychain" else told)
        if before != after:
            self.drop(before, after)
        return after

    def drop(self, api_key: JsonValue, after: JsonValue = None) -> None:
        """Notes that an entry gave up this `api_key` for `after`."""
        if is_reference(api_key):
            self._obsolete.append(str(api_key))
        elif is_literal(api_key):
            self.left_file.append((str(api_key), after if isinstance(after, str) else None))

    def put(self, connection_id: str, key: str) -> str:
        """Stores a key and returns its reference. Says so if it is a file that keeps it."""
        reference = REFERENCE + connection_id
        self._replaced.append((reference, self.find(reference)))
        self._secrets.put(connection_id, key)
        place = self._secrets.where()
        if place.kind == "file":
            self.notices.append(place.sentence)
        return reference

    def find(self, api_key: JsonValue) -> str:
        """The stored key that `api_key` refers to, "" if it is no reference, or cannot be had."""
        if not is_reference(api_key):
            return ""
        try:
            return self._secrets.get(str(api_key))
        except KeyUnavailable:
            return ""

    def finish(self, used: Collection[JsonValue]) -> None:
        """Deletes the keys that were replaced or moved, and are not among the `used` references."""
        for reference in self._obsolete:
            if reference not in used:
                self._delete(reference)

    def undo(self) -> None:
        """Puts back what was replaced."""
        for reference, previous in reversed(self._replaced):
            if previous:
                self._secrets.put(reference.removeprefix(REFERENCE), previous)
            else:
                self._delete(reference)

    def _delete(self, reference: str) -> None:
        try:
            self._secrets.delete(reference)
        except StudioError as error:
            self.notices.append(f"{error.message} {error.hint}")


def is_reference(api_key: JsonValue) -> bool:
    """Whether an `api_key` refers to a stored key."""
    return isinstance(api_key, str) and api_key.startswith(REFERENCE)
