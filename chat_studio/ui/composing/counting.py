"""Counts what the next request would have, whenever something of it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from chat_studio.chat.estimate import MESSAGE_TOKENS, BranchEstimate, part_tokens
from chat_studio.history.branch import Branch
from chat_studio.messages import Part
from chat_studio.ui.aio import spawn
from chat_studio.ui.composing.composer import Composer
from chat_studio.ui.composing.gauge import TokenGauge
from chat_studio.ui.composing.parts import parts_of

if TYPE_CHECKING:
    from chat_studio.chat.session import Session

PAUSE = 250
"""Milliseconds without a change before it is counted again."""


class Counting(QObject):
    """Keeps the gauge true. The counting is done in a thread, and given up when something changes meanwhile."""

    def __init__(self, composer: Composer, gauge: TokenGauge, window: Callable[[], int | None]) -> None:
        """`window` tells how many tokens the model can read, None if nobody knows."""
        super().__init__(composer)
        self._composer = composer
        self._gauge = gauge
        self._window = window
        self._session: Session | None = None
        self._estimate = BranchEstimate()
        self._task: asyncio.Task[None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._count)
        composer.text_changed.connect(self.note_change)
        composer.attachments.changed.connect(self.note_change)

    def show(self, session: Session | None) -> None:
        """Another conversation is shown."""
        self._session = session
        self._estimate = BranchEstimate()
        self.note_change()

    def note_change(self) -> None:
        """Something that counts has changed."""
        if not self._pause.isActive():
            self._pause.start()

    def _count(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = spawn(self._show_count(), self, "count tokens")

    async def _show_count(self) -> None:
        session = self._session
        branch = session.records if session is not None else Branch()
        system = session.conversation.settings.system if session is not None else ""
        parts = parts_of(self._composer.written)
        tokens = await asyncio.to_thread(_tokens, self._estimate, branch, system, parts)
        self._gauge.show_tokens(tokens, self._window())


def _tokens(estimate: BranchEstimate, branch: Branch, system: str, parts: tuple[Part, ...]) -> int:
    draft = part_tokens(parts)
    return estimate.tokens(branch, system) + (draft + MESSAGE_TOKENS if draft else 0)
