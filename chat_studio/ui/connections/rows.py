"""What the list says of each entry of the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import urlsplit

from chat_studio.connections.draft import Draft
from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.model import BrokenConnection, Connection, Entry


class Tone(Enum):
    NORMAL = auto()
    DISABLED = auto()
    BROKEN = auto()


@dataclass(frozen=True)
class Row:
    """One row. `entry` is what it stands for, None for a new connection that is not in the file yet."""

    entry: Entry | None
    title: str
    subtitle: str
    tone: Tone = Tone.NORMAL

    def matches(self, wanted: str) -> bool:
        """Whether it is found by what was typed into the filter."""
        model = self.entry.model if isinstance(self.entry, Connection) else ""
        return wanted.casefold().strip() in f"{self.title}\n{self.subtitle}\n{model}".casefold()


def rows_of(file: ConnectionFile, draft: Draft | None) -> list[Row]:
    """A row for each entry in the file's order; the one that is edited as its draft says, a new one at the end."""
    rows = [_row(entry, draft) for entry in file.entries]
    if draft is not None and draft.saved is None:
        rows.append(Row(None, draft.name.strip() or "New connection", _joined(host_of(draft.base_url), "unsaved")))
    return rows


def host_of(address: str) -> str:
    """Host and port of an address as typed, without a user name or a password; "" if it is none."""
    try:
        parts = urlsplit(address.strip() if "://" in address else f"//{address.strip()}")
        host, port = parts.hostname or "", parts.port
    except ValueError:  # a bracket or a port that is none
        return ""
    return f"{host}:{port}" if port else host


def _row(entry: Entry, draft: Draft | None) -> Row:
    if isinstance(entry, BrokenConnection):
        where = f"line {entry.line}: " if entry.line else ""
        return Row(entry, entry.name or entry.id or "Without a name", f"broken, {where}{entry.reason}", Tone.BROKEN)
    edited = draft if draft is not None and draft.saved is not None and draft.saved.id == entry.id else None
    title = (edited.name.strip() if edited else "") or entry.name
    where = host_of(edited.base_url if edited else entry.base_url) or entry.provider
    if edited and edited.differs:
        return Row(entry, title, _joined(where, "unsaved"), Tone.NORMAL if edited.enabled else Tone.DISABLED)
    if not entry.enabled:
        return Row(entry, title, _joined(where, "disabled"), Tone.DISABLED)
    return Row(entry, title, _joined(where, entry.model if entry.model != where else ""))


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
