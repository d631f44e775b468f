"""What the file of connections holds, as the rest of the program sees it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field

from chat_studio.connections.model import BrokenConnection, Connection, Entry
from chat_studio.errors import ConnectionBroken, ConnectionNotFound, FileUnusable


@dataclass(frozen=True)
class ConnectionFile:
    """All entries in the file's order, the broken ones among them.

    `notices` are sentences about what was found or done. With a `problem` the file itself could not be used, and the
    entries are those of the last good version. `revision` counts the readings of one store: a later one is greater.
    """

    entries: tuple[Entry, ...] = ()
    notices: tuple[str, ...] = ()
    problem: FileUnusable | None = None
    revision: int = field(default=0, compare=False)

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The entries that can be used."""
        return tuple(entry for entry in self.entries if isinstance(entry, Connection))

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(entry.id for entry in self.entries)

    def entry(self, name_or_id: str) -> Entry:
        """The entry of this id, else of this name, else of either in any case; one that works before a broken one.

        Raises ConnectionNotFound, also for a name that several connections share.
        """
        wanted = name_or_id.strip()
        broken = [entry for entry in self.entries if isinstance(entry, BrokenConnection)]
        found = _matches(self.connections, wanted) or _matches(broken, wanted)[:1]
        if len(found) > 1:
            raise ConnectionNotFound(
                f"{len(found)} connections are named “{wanted}”.",
                hint=f"Use an id: {', '.join(entry.id for entry in found)}.",
            )
        if not found:
            raise ConnectionNotFound(f"There is no connection “{wanted}”.", hint=self._suggestion(wanted))
        return found[0]

    def find(self, name_or_id: str) -> Connection:
        """As `entry`. Raises ConnectionBroken, too, for an entry that cannot be used."""
        found = self.entry(name_or_id)
        if isinstance(found, Connection):
            return found
        raise ConnectionBroken(
            f"The connection “{found.name or found.id}” cannot be used: {found.reason}.",
            hint=f"Correct its entry in line {found.line} of the file, or edit the connection.",
        )

    def _suggestion(self, wanted: str) -> str:
        known = {text.casefold(): text for entry in self.connections for text in (entry.id, entry.name)}
        if close := difflib.get_close_matches(wanted.casefold(), known, n=1):
            return f"Did you mean “{known[close[0]]}”?"
        return f"There are: {', '.join(entry.id for entry in self.connections) or 'none'}."


def _matches(entries: Sequence[Entry], wanted: str) -> list[Entry]:
    folded = wanted.casefold()
    return (
        [entry for entry in entries if entry.id == wanted]
        or [entry for entry in entries if entry.name == wanted]
        or [entry for entry in entries if folded and entry.id.casefold() == folded]
        or [entry for entry in entries if folded and entry.name.casefold() == folded]
    )
