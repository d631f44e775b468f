"""The shape of a conversation: which message answers which, and which versions of one there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Node(NamedTuple):
    """A message's place. A deleted one keeps it, so that what was said below it stays where it is."""

    id: str
    parent_id: str | None
    deleted: bool = False


class Tree:
    """All messages of a conversation by their ids, in the order in which they were written."""

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self._nodes: dict[str, Node] = {}
        self._children: dict[str | None, list[str]] = {}
        for node in nodes:
            self.add(node)

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._nodes

    def add(self, node: Node) -> None:
        self._nodes[node.id] = node
        self._children.setdefault(node.parent_id, []).append(node.id)

    def mark(self, message_id: str, *, deleted: bool) -> None:
        """Deletes a message, or brings it back. Raises KeyError for one that is not there."""
        self._nodes[message_id] = self._nodes[message_id]._replace(deleted=deleted)

    def parent(self, message_id: str) -> str | None:
        """The message above, deleted or not; None at the root."""
        return self._nodes[message_id].parent_id

    def path(self, leaf_id: str | None) -> list[str]:
        """The messages that are shown, root to leaf."""
        path: dict[str, bool] = {}
        while leaf_id in self._nodes and leaf_id not in path:  # a damaged tree may have gaps and rings
            node = self._nodes[leaf_id]
            path[node.id] = not node.deleted
            leaf_id = node.parent_id
        return [message_id for message_id, shown in reversed(path.items()) if shown]

    def versions(self, message_id: str) -> tuple[str, ...]:
        """The message and those beside it that took its place, the oldest first."""
        beside = self._children[self._nodes[message_id].parent_id]
        return tuple(other for other in beside if not self._nodes[other].deleted)

    def leaf_under(self, message_id: str) -> str:
        """The end of the branch that was written last below a message; the message itself when nothing was.

        Raises KeyError for one that is not there.
        """
        passed = {self._nodes[message_id].id}
        while below := [child for child in self._children.get(message_id, ()) if self._shows(child)]:
            if below[-1] in passed:  # a ring, of a damaged tree
                break
            message_id = below[-1]
            passed.add(message_id)
        return message_id

    def _shows(self, message_id: str) -> bool:
        """Whether a message, or anything below it, is not deleted."""
        pending, passed = [message_id], {message_id}
        while pending:
            current = pending.pop()
            if not self._nodes[current].deleted:
                return True
            below = [child for child in self._children.get(current, ()) if child not in passed]
            passed.update(below)
            pending += below
        return False
