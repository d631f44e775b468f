"""Reads what is attached: files and pasted pictures, in a thread, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from chat_studio.attachments import attachment, content_of, image_type
from chat_studio.errors import AttachmentRefused
from chat_studio.ui.aio import spawn
from chat_studio.ui.composing.attached import Attached
from chat_studio.ui.composing.composer import Composer
from chat_studio.ui.composing.drafts import Drafts
from chat_studio.ui.composing.parts import attached

if TYPE_CHECKING:
    from chat_studio.ui.composing.images import Ready

Step = Callable[[], Attached]

MOST = 50
"""Attachments of one question."""


class Intake(QObject):
    """Brings attachments into the draft of the conversation for which they were chosen.

    Signals:
        refused(AttachmentRefused): something is not attached, and why.
        taken(): something is.
    """

    refused = Signal(object)
    taken = Signal()

    def __init__(self, composer: Composer, drafts: Drafts) -> None:
        super().__init__(composer)
        self._composer = composer
        self._drafts = drafts
        self._turn = asyncio.Lock()
        self._waiting = 0

    def read(self, paths: Sequence[Path]) -> None:
        """Attaches files."""
        self._begin([partial(_of_file, path) for path in paths])

    def take_picture(self, picture: QImage) -> None:
        """Attaches a pasted picture."""
        self._begin([partial(_of_picture, picture)])

    def _begin(self, steps: Sequence[Step]) -> None:
        free = max(MOST - len(self._composer.attachments.items) - self._waiting, 0)
        if len(steps) > free:
            self.refused.emit(
                AttachmentRefused(
                    f"{len(steps) - free} of {len(steps)} files are not attached: a question may have {MOST}.",
                    hint="Ask about them in several questions.",
                )
            )
        self._waiting += len(steps[:free])
        if steps[:free]:
            self._composer.set_busy(True, "reading")
            spawn(self._read(steps[:free], self._drafts.current), self, "attach")

    async def _read(self, steps: Sequence[Step], conversation_id: str) -> None:
        left = len(steps)
        try:
            async with self._turn:
                for step in steps:
                    await self._take(step, conversation_id)
                    left -= 1
                    self._waiting -= 1
        finally:
            self._waiting -= left
            if not self._waiting:
                self._composer.set_busy(False, "reading")

    async def _take(self, step: Step, conversation_id: str) -> None:
        try:
            item = await asyncio.to_thread(step)
        except AttachmentRefused as error:
            self.refused.emit(error)
        else:
            self._drafts.attach(conversation_id, item)
            self.taken.emit()


def _of_file(path: Path) -> Attached:
    content = content_of(path)
    if not image_type(content):
        return attached(attachment(content, path.name))
    from chat_studio.ui.composing.images import ready_image

    return _of_image(ready_image(content, path.name))


def _of_picture(picture: QImage) -> Attached:
    from chat_studio.ui.composing.images import of_picture

    return _of_image(of_picture(picture, "Pasted image.png"))


def _of_image(image: Ready) -> Attached:
    return replace(attached(image.part, image.note), thumbnail=image.thumbnail)
