"""The id: made of the name for a new connection, and changed only on purpose for a stored one."""

from __future__ import annotations

from chat_studio.connections.draft import Draft
from chat_studio.connections.texts import free_id
from chat_studio.ui.connections.inputs import ActionInput
from chat_studio.ui.widgets.buttons import Button


class IdInput(ActionInput):
    """Locked for a stored connection until “Change” is pressed: conversations and scripts refer to it."""

    def __init__(self) -> None:
        self._change = Button("Change", "link")
        super().__init__(self._change)
        self._change.clicked.connect(self._unlock)
        self._shown = Draft()
        self._lock(locked=False)

    def show_draft(self, draft: Draft) -> None:
        if draft.saved != self._shown.saved or draft.saved is None:
            self._lock(locked=draft.saved is not None)
        self._shown = draft
        self.setPlaceholderText(free_id(draft.name, draft.taken))

    def _lock(self, *, locked: bool) -> None:
        self.setReadOnly(locked)
        self._change.setVisible(locked)

    def _unlock(self) -> None:
        self._lock(locked=False)
        self.setFocus()
        self.selectAll()
