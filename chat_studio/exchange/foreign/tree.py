"""A tree of messages out of what claims to be one: gaps are bridged, rings are cut, parents stand before children."""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chat_studio.history.records import MessageRecord


@dataclass(frozen=True)
class Node:
    """A place in a foreign tree. One without a record is not shown: what is below it moves up."""

    id: str
    parent_id: str | None
    record: MessageRecord | None = None


@dataclass(frozen=True)
class Grown:
    """The messages of a tree under their new ids, and the last one of the branch that is shown."""

    conversation_id: str
    messages: tuple[MessageRecord, ...]
    leaf_id: str | None


def grow(nodes: Iterable[Node], leaf_id: str | None, source: str) -> Grown:
    """The tree of these nodes, its messages in the order in which they were written.

    The new ids of messages are made of the foreign ones and of `source`, so that a later import finds them again. Of
    two nodes with one id the first counts. Without a known leaf, the branch that was written last is shown.
    """
    known: dict[str, Node] = {}
    for node in nodes:
        known.setdefault(node.id, node)
    parents = _shown_parents(known)
    order = _order(known, parents)
    names = {node_id: uuid.uuid5(uuid.NAMESPACE_OID, f"{source}/{node_id}").hex for node_id in order}
    conversation_id = uuid.uuid4().hex
    messages = tuple(_placed(known[id_], conversation_id, names, parent_id) for id_, parent_id in order.items())
    shown: str | None = leaf_id if leaf_id in names else parents.get(leaf_id or "")
    if leaf_id not in known:
        shown = next(reversed(order), None)
    return Grown(conversation_id, messages, names.get(shown or ""))


def _placed(node: Node, conversation_id: str, names: Mapping[str, str], parent_id: str | None) -> MessageRecord:
    if node.record is None:
        raise ValueError(node.id)
    above = names[parent_id] if parent_id else None
    return replace(node.record, id=names[node.id], conversation_id=conversation_id, parent_id=above)


def _shown_parents(known: Mapping[str, Node]) -> dict[str, str | None]:
    """For each node the nearest one above it that is shown; None at the top, and where a ring of hidden ones begins."""
    parents: dict[str, str | None] = {}
    for node_id in known:
        chain: dict[str, None] = {}
        above: str | None = node_id
        while above is not None and above not in parents and above not in chain:
            chain[above] = None
            parent_id = known[above].parent_id
            above = parent_id if parent_id in known else None
            if above is not None and known[above].record is not None:
                break
        found = parents.get(above) if above is not None and known[above].record is None else above
        for passed in chain:
            parents[passed] = found
    return parents


def _order(known: Mapping[str, Node], parents: Mapping[str, str | None]) -> dict[str, str | None]:
    """The nodes that are shown with their parents: after these, and else by time. A ring is cut before its first."""
    children: dict[str | None, list[tuple[datetime, int, str]]] = {}
    entries: dict[str, tuple[datetime, int, str]] = {}
    for number, (node_id, node) in enumerate(known.items()):
        if node.record is not None:
            entries[node_id] = (node.record.created_at, number, node_id)
            children.setdefault(parents[node_id], []).append(entries[node_id])
    order: dict[str, str | None] = {}
    ready = children.get(None, [])
    heapq.heapify(ready)
    waiting = iter(entries)
    while len(order) < len(entries):
        if not ready:  # what is left hangs on a ring
            first = next(node_id for node_id in waiting if node_id not in order)
            order[first] = None
            ready = [entry for entry in children.get(first, ()) if entry[2] not in order]
            heapq.heapify(ready)
            continue
        _, _, node_id = heapq.heappop(ready)
        order[node_id] = parents[node_id]
        for entry in children.get(node_id, ()):
            if entry[2] not in order:
                heapq.heappush(ready, entry)
    return order
