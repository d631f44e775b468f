"""Which of a conversation's messages are shown: one line through the tree."""

from __future__ import annotations

from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageRecord
from chat_studio.history.tree import Node, Tree


class Line:
    """The tree with all versions, and the branch that is shown. Stores nothing."""

    def __init__(self, tree: Tree, branch: Branch) -> None:
        self._tree = tree
        self.branch = branch

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._tree

    @property
    def last_id(self) -> str | None:
        """The message under which the next one stands."""
        return self.branch.id(len(self.branch) - 1) if self.branch else None

    def find(self, message_id: str) -> tuple[int, MessageRecord]:
        """Where a message of the branch stands, and itself. Raises LookupError."""
        position = self.branch.index_of(message_id)
        if position is None:
            raise LookupError(f"no message {message_id} in this branch")
        return position, self.branch[position]

    def versions(self, message_id: str) -> tuple[str, ...]:
        """A message and those that took its place, the oldest first."""
        return self._tree.versions(message_id)

    def leaf_under(self, message_id: str) -> str:
        """Where the branch of a message was written last."""
        return self._tree.leaf_under(message_id)

    def learn(self, *records: MessageRecord) -> None:
        """Takes stored messages into the tree."""
        for record in records:
            self._tree.add(Node(record.id, record.parent_id))

    def with_running(self, running: MessageRecord | None) -> Branch:
        """A copy of the branch with the running answer as far as it has come."""
        branch = self.branch.copy()
        if running is not None and self.last_id == running.id:
            branch.put(len(branch) - 1, running)
        return branch

    def mark(self, message_id: str, *, deleted: bool, leaf_id: str | None) -> str | None:
        """Deletes a message or brings it back; returns the end of the branch to show then, where it was `leaf_id`.

        The last message gives way to another version of it, if there is one. Raises KeyError for an unknown one.
        """
        self._tree.mark(message_id, deleted=deleted)
        if not deleted:
            return self._tree.leaf_under(message_id)
        others = self._tree.versions(message_id)
        if others and message_id == leaf_id:
            return self._tree.leaf_under(others[-1])
        path = self._tree.path(leaf_id)
        return path[-1] if path else None
