"""What lies on the editor's desk: the file as last read, and the one entry that is shown or edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chat_studio.connections.draft import Draft
from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.model import BrokenConnection, Connection, Entry
from chat_studio.connections.recognition import host_of
from chat_studio.providers import registry

_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


class Desk:
    """Values and rules alone, without widgets and without a disk.

    `item` is the draft that is edited, or the broken entry that is looked at, or None. `base` is the draft before the
    first edit. Edits survive whatever happens to the file meanwhile.
    """

    def __init__(self) -> None:
        self.file = ConnectionFile()
        self.item: Draft | BrokenConnection | None = None
        self.base: Draft | None = None
        self.turn = 0
        """Counts what was laid on the desk: the same number means that it still is the same connection."""

    @property
    def draft(self) -> Draft | None:
        return self.item if isinstance(self.item, Draft) else None

    @property
    def entry(self) -> Entry | None:
        """The entry of the file that is on the desk; None for a new connection."""
        return self.item.saved if isinstance(self.item, Draft) else self.item

    @property
    def is_dirty(self) -> bool:
        """Whether there are edits that would be lost."""
        return self.draft is not None and self.draft != self.base

    def find(self, connection_id: str) -> Entry | None:
        """The entry of an id; of several the one that can be used."""
        alike = [entry for entry in self.file.entries if entry.id == connection_id]
        return next((entry for entry in alike if isinstance(entry, Connection)), alike[0] if alike else None)

    def at(self, position: int) -> Entry | None:
        """The entry at a position of the file, None if there is none."""
        entries = self.file.entries
        return entries[position] if 0 <= position < len(entries) else None

    def open(self, entry: Entry | None) -> None:
        if isinstance(entry, Connection):
            self._lay(Draft.of(entry, self._taken_by_others(entry.id)))
        else:
            self._lay(entry)

    def start(self, fields: Mapping[str, Any], new_key: str = "") -> None:
        """Begins a new connection with the fields that are known, named after its kind unless they name it.

        No other entry of the file has the name that it gets. A key that is not stored yet counts as an edit.
        """
        provider = str(fields.get("provider") or "")
        kind = registry.provider_class(provider) if provider in registry.kinds() else None
        address = str(fields.get("base_url") or (kind.default_base_url if kind else ""))
        known = {
            "name": kind.label if kind else "",
            "base_url": address,
            "is_local": host_of(address) in _THIS_COMPUTER,
            **{name: value for name, value in fields.items() if value not in ("", None)},
        }
        known["name"] = self._free_name(str(known["name"]))
        self._lay(Draft.of_new(known, self.file.ids))
        if new_key:
            self.edit("new_key", new_key)

    def edit(self, field: str, value: object) -> None:
        """Changes one field of the draft; removing the key forgets a typed one as well."""
        if self.draft is not None:
            typed = {"new_key": ""} if field == "api_key" else {}
            self.item = replace(self.draft, **{field: value}, **typed)  # type: ignore[arg-type]

    def revert(self) -> None:
        """Back to what is stored; a new connection becomes blank."""
        if self.base is not None:
            self.item = self.base

    def settle(self, stored: Draft, file: ConnectionFile) -> None:
        """`stored` is in `file` now. What was typed since stays an edit."""
        if self.draft is None or self.draft.saved != stored.saved:
            self.adopt(file)
            return
        self.file = file
        found = self.find(stored.final_id)
        if isinstance(found, Connection):
            onto = Draft.of(found, self._taken_by_others(found.id))
            self.item, self.base = self.draft.edits_on(stored, onto), onto

    def adopt(self, file: ConnectionFile) -> str:
        """Takes another state of the file. Returns a sentence if it concerns the edits, else ""."""
        self.file = file
        if isinstance(self.item, BrokenConnection):
            self.open(self._same_broken(self.item) or self.find(self.item.id))
        elif self.draft is not None and self.draft.saved is None:
            self.item = replace(self.draft, taken=file.ids)
        elif self.draft is not None and self.draft.saved is not None:
            return self._move_edits(self.draft, self.draft.saved)
        return ""

    def _move_edits(self, draft: Draft, saved: Connection) -> str:
        found = self.find(saved.id)
        dirty = self.is_dirty
        if not dirty and not isinstance(found, Connection):
            self.open(found)
            return ""
        if not isinstance(found, Connection):
            self.item = replace(draft, saved=None, taken=self.file.ids)
            self.base = Draft()
            return f"“{saved.name}” was removed outside this window. Your edits are kept: saving adds it again."
        onto = Draft.of(found, self._taken_by_others(found.id))
        if self.base is not None:
            self.item, self.base = draft.edits_on(self.base, onto), onto
        changed = found != saved and dirty
        return f"“{saved.name}” was changed outside this window. Your edits are kept on top of it." if changed else ""

    def _lay(self, item: Draft | BrokenConnection | None) -> None:
        self.item = item
        self.base = item if isinstance(item, Draft) else None
        self.turn += 1

    def _same_broken(self, broken: BrokenConnection) -> BrokenConnection | None:
        return next(
            (
                entry
                for entry in self.file.entries
                if isinstance(entry, BrokenConnection) and (entry.id, entry.name) == (broken.id, broken.name)
            ),
            None,
        )

    def _free_name(self, wanted: str) -> str:
        taken = {entry.name for entry in self.file.entries}
        numbered = (f"{wanted} {number}" for number in range(2, len(taken) + 3))
        return next(name for name in (wanted, *numbered) if not name or name not in taken)

    def _taken_by_others(self, connection_id: str) -> frozenset[str]:
        return self.file.ids - {connection_id}
