"""The tree of a conversation's messages, put right where it is broken."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from chat_studio.history.runner import Runner


class Place(NamedTuple):
    """A message's place, in the order of writing (`number`)."""

    number: int
    id: str
    parent_id: str | None


def mended_parents(places: Iterable[Place]) -> dict[str, str | None]:
    """The parents to give to the messages of a conversation so that each has a way to a root; {} for a sound tree.

    A message whose parent is missing follows the one that was written before it, so that what was read together stays
    together. A ring is opened at its oldest message.
    """
    ordered = sorted(places)
    parents = {place.id: place.parent_id for place in ordered}
    wrong = {place.id for place in ordered if place.parent_id is not None and place.parent_id not in parents}
    for message_id in wrong:
        parents[message_id] = None
    wrong |= _open_rings(ordered, parents)
    before: str | None = None
    mended: dict[str, str | None] = {}
    instead: dict[str | None, str | None] = {}
    for place in ordered:
        if place.id in wrong:
            # versions of one message, whose parent is missing, stay versions of one
            follows = instead.setdefault(place.parent_id, before)
            mended[place.id] = None if follows is not None and _leads_to(parents, follows, place.id) else follows
            parents[place.id] = mended[place.id]
        before = place.id
    return mended


def _open_rings(ordered: list[Place], parents: dict[str, str | None]) -> set[str]:
    """Makes the oldest message of each ring a root; returns these."""
    opened: set[str] = set()
    sound: set[str] = set()
    numbers = {place.id: place.number for place in ordered}
    for place in ordered:
        way: dict[str, None] = {}
        at: str | None = place.id
        while at is not None and at not in sound and at not in way:
            way[at] = None
            at = parents[at]
        if at is not None and at in way:
            met = list(way)
            oldest = min(met[met.index(at) :], key=numbers.__getitem__)
            parents[oldest] = None
            opened.add(oldest)
        sound.update(way)
    return opened


def _leads_to(parents: dict[str, str | None], message_id: str, goal: str) -> bool:
    """Whether the way from a message to its root passes another."""
    at: str | None = message_id
    while at is not None and at != goal:
        at = parents[at]
    return at is not None


def find(db: sqlite3.Connection, runner: Runner) -> list[str]:
    """The messages that have no way to a root of their conversation."""
    del runner
    return [message_id for mended in _each(db) for message_id in mended]


def mend(db: sqlite3.Connection, rows: list[str]) -> None:
    del rows
    for mended in list(_each(db)):
        db.executemany(
            "UPDATE messages SET parent_id = ? WHERE id = ?", [(parent, child) for child, parent in mended.items()]
        )


def _each(db: sqlite3.Connection) -> Iterator[dict[str, str | None]]:
    rows = db.execute("SELECT conversation_id, number, id, parent_id FROM messages ORDER BY conversation_id, number")
    for _, places in groupby(rows, lambda row: row[0]):
        mended = mended_parents(Place(*tuple(row)[1:]) for row in places)
        if mended:
            yield mended
