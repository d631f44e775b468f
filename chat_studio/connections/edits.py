"""One edit of the file: its entries as they are now, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from chat_studio.connections.document import Item
from chat_studio.connections.entries import merged, new_entry
from chat_studio.connections.keys import KeyMoves, is_reference
from chat_studio.connections.model import Connection, Entry
from chat_studio.connections.reading import Reading
from chat_studio.connections.secrets import REFERENCE
from chat_studio.connections.texts import free_id
from chat_studio.errors import ConfigurationError


@dataclass(frozen=True)
class Removed:
    """A removed entry, with what it takes to bring it back."""

    name: str
    position: int
    item: Item = field(repr=False)
    key: str = field(default="", repr=False)
    shared_its_id: bool = False
    """Whether another entry had the same id even then."""


class Edit:
    """Changes `items`, which start as those of `reading`. An entry that is not touched keeps its text."""

    def __init__(self, reading: Reading, keys: KeyMoves) -> None:
        self._document = reading.document
        self._entries = reading.entries
        self._keys = keys
        self.items = list(reading.document.items)
        self.notices: list[str] = []
        """Sentences for the user about what turned out differently."""

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(entry.id for entry in self._entries)

    def locate(self, which: Entry | str) -> int | None:
        """Where the entry of an id is, or one that someone saw before; None if it is gone."""
        if not isinstance(which, Connection | str):
            alike = [place for place, entry in enumerate(self._entries) if _looks_like(entry, which)]
            return min(alike, key=lambda place: abs(place - which.position), default=None)
        wanted = which if isinstance(which, str) else which.id
        found = [place for place, entry in enumerate(self._entries) if entry.id == wanted]
        working = [place for place in found if isinstance(self._entries[place], Connection)]
        return next(iter(working or found), None)

    def put(self, connection: Connection, place: int | None, base: Connection | None, new_key: str | None) -> int:
        """Writes what differs between `base` and `connection` into the entry at `place`, or adds one; returns where.

        Raises ConfigurationError when another entry has its id.
        """
        old = None if place is None else self._entries[place]
        if connection.id in self.ids and (old is None or old.id != connection.id):
            raise ConfigurationError(
                f"There already is a connection with the id “{connection.id}”.", hint="Choose another id."
            )
        before = {} if place is None else _object(self.items[place])
        if isinstance(old, Connection):
            value = merged(before, connection, base or old)
        else:
            value = before | new_entry(connection)
        api_key = value.get("api_key")
        if old is not None and old.id != connection.id and api_key == REFERENCE + old.id:
            new_key = new_key or self._keys.find(api_key)
        settled = self._keys.settle(connection.id, api_key, before=before.get("api_key"), new_key=new_key)
        if settled != api_key:
            value["api_key"] = settled
        if place is None:
            self.items.append(self._document.item(value))
            return len(self.items) - 1
        if value != before:
            self.items[place] = self._document.item(value)
        return place

    def copy(self, original: Connection) -> str:
        """Adds a copy right after the original; returns its id."""
        copy_id = free_id(original.name, self.ids)
        own_key = None if is_reference(original.api_key) else original.api_key
        copy = original.model_copy(update={"id": copy_id, "name": f"{original.name} (copy)", "api_key": own_key})
        added, place = self.put(copy, None, None, self._keys.find(original.api_key)), self.locate(original)
        if place is not None:
            self.move(added, place + 1)
        return copy_id

    def move(self, place: int, position: int) -> None:
        self.items.insert(position, self.items.pop(place))

    def arrange(self, ids: Sequence[str]) -> None:
        """Puts these entries in this order into the places they have; all others keep theirs."""
        found = list(dict.fromkeys(place for place in map(self.locate, ids) if place is not None))
        entries = [self.items[place] for place in found]
        for place, item in zip(sorted(found), entries, strict=True):
            self.items[place] = item

    def take(self, place: int) -> Removed:
        """Takes an entry out. Its key stays where it is."""
        entry, item = self._entries[place], self.items.pop(place)
        shared = sum(other.id == entry.id for other in self._entries) > 1
        return Removed(entry.name or entry.id, place, item, self._keys.find(api_key_of(item)), shared)

    def bring_back(self, removed: Removed) -> None:
        """Puts a removed entry back, with its key; under a new id if its own was taken meanwhile."""
        item, value = removed.item, _object(removed.item)
        connection_id, api_key = value.get("id"), value.get("api_key")
        if connection_id in self.ids and not removed.shared_its_id:
            connection_id = free_id(removed.name, self.ids)
            if removed.key:
                api_key = self._keys.put(connection_id, removed.key)
            item = self._document.item({**value, "id": connection_id, "api_key": api_key})
        elif removed.key and self._keys.find(api_key) != removed.key:
            self._keys.put(str(api_key).removeprefix(REFERENCE), removed.key)
        self.items.insert(removed.position, item)


def _looks_like(entry: Entry, seen: Entry) -> bool:
    return not isinstance(entry, Connection) and (entry.id, entry.name) == (seen.id, seen.name)


def _object(item: Item) -> dict[str, JsonValue]:
    return item.value if isinstance(item.value, dict) else {}


def api_key_of(item: Item) -> JsonValue:
    """What an entry says of its key."""
    return _object(item).get("api_key")
