"""What was typed and not sent, kept for each conversation, and stored so that no crash takes more than a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chat_studio.errors import StorageError
from chat_studio.messages import FilePart, ImagePart, Message, Part, Role
from chat_studio.ui.aio import spawn
from chat_studio.ui.composing.attached import Attached, Written
from chat_studio.ui.composing.composer import Composer
from chat_studio.ui.composing.parts import draft_of, parts_of, written_of

if TYPE_CHECKING:
    from chat_studio.chat.session import Session
    from chat_studio.history.store import HistoryStore

PAUSE = 0.4
"""Seconds without a key before a draft is stored."""
LONGEST_WAIT = 0.8
"""Seconds after which it is stored though the typing goes on."""
_TEMPORARY = "temporary"
"""Stands for the temporary conversation that has not begun; no conversation has such an id."""


class Drafts(QObject):
    """Swaps what the composer holds when another conversation is shown; "" is the one that has not begun.

    Signals:
        failed(StorageError): drafts cannot be stored; told once, until they can again.
    """

    failed = Signal(object)

    def __init__(self, composer: Composer, history: HistoryStore) -> None:
        super().__init__(composer)
        self._composer = composer
        self._history = history
        self._current = ""
        self._left: dict[str, Written] = {}
        self._places: dict[str, str | None] = {_TEMPORARY: None}
        self._unstored: dict[str, Written] = {}
        self._storing: asyncio.Task[None] | None = None
        self._refused = False
        self._loading: asyncio.Task[None] | None = None
        self._is_loaded = False
        self._dirty_since: float | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._store_current)
        composer.text_changed.connect(self._note_change)
        composer.attachments.changed.connect(self._note_change)

    @property
    def current(self) -> str:
        """The conversation whose draft the composer shows."""
        return self._current

    async def load(self) -> None:
        """Shows what was typed for the conversation that has not begun, before what has been typed since the start.

        Nothing takes its place in the history before.
        """
        if not self._is_loaded:
            if self._loading is None or self._loading.done():
                self._loading = spawn(self._load(), self, "load the draft")
            await asyncio.wait({self._loading})

    async def _load(self) -> None:
        try:
            stored = written_of((await self._history.desk("")).draft)
        except StorageError as error:
            self._tell_refusal(error)
            return
        self._is_loaded = True
        if not stored:
            return
        if self._current == "":
            self._composer.set_written(stored.followed_by(self._composer.written))
        else:
            self._left[""] = stored.followed_by(self._left.get("", Written()))

    def show(self, session: Session | None, *, temporary: bool = False) -> None:
        """Another conversation is shown; None for the one that has not begun, or the `temporary` one."""
        to_come = _TEMPORARY if temporary else ""
        conversation_id = session.conversation.id if session is not None else to_come
        if conversation_id == self._current:
            return
        self._store_current()
        is_begun = self._places.get(self._current) != ""  # else its first question was not stored: nobody can go there
        self._left[self._current if is_begun else ""] = self._composer.written
        self._current = conversation_id
        if session is not None and session.temporary:
            self._places[conversation_id] = None
        left = self._left.pop(conversation_id, None)
        if left is None:
            left = written_of(session.desk.draft) if session is not None else Written()
        self._composer.set_written(left)
        self._forget_change()

    def adopt(self, session: Session) -> None:
        """The conversation that is shown has a session now. Until its first question is stored, so that it can be
        opened again, its draft stays where that of no conversation is."""
        self._store_current()
        self._current = session.conversation.id
        self._places[self._current] = None if session.temporary else ""

    def sent(self, conversation_id: str, question: Written) -> None:
        """A question is stored: it leaves the composer, or the draft if another conversation is shown by now."""
        if self._places.get(conversation_id) == "":
            self._put("", Written())
            del self._places[conversation_id]
        if conversation_id == self._current:
            self._composer.take_sent(question)
            self._store_current()
        else:
            self._left[conversation_id] = self._left.get(conversation_id, Written()).without(question)
            self._put(conversation_id, self._left[conversation_id])

    def attach(self, conversation_id: str, item: Attached) -> None:
        """Adds an attachment to the draft of a conversation, which need not be shown any more."""
        if conversation_id == self._current:
            self._composer.attachments.add(item)
        else:
            self._left[conversation_id] = self._left.get(conversation_id, Written()).followed_by(Written("", (item,)))
            self._put(conversation_id, self._left[conversation_id])

    async def question(self, written: Written, *, whole: bool) -> tuple[Part, ...]:
        """What is written as the parts of a question; `whole` with the bytes of images that the history keeps.

        Raises StorageError.
        """
        parts = parts_of(written)
        if not whole:
            return parts
        (filled,) = await self._history.filled([Message(role=Role.USER, parts=parts)])
        return filled.parts

    async def flush(self) -> None:
        """Returns when everything is stored, or was refused."""
        await self.load()
        self._store_current()
        while self._storing is not None and not self._storing.done():
            await asyncio.wait({self._storing})

    # -- storing -----------------------------------------------------------------------------------------

    def _note_change(self) -> None:
        now = time.monotonic()
        self._dirty_since = now if self._dirty_since is None else self._dirty_since
        wait = min(PAUSE, self._dirty_since + LONGEST_WAIT - now)
        self._pause.start(max(round(wait * 1000), 0))

    def _forget_change(self) -> None:
        self._pause.stop()
        self._dirty_since = None

    def _store_current(self) -> None:
        if self._current == "" and not self._is_loaded:
            spawn(self.load(), self, "load the draft")
        elif self._dirty_since is not None:
            self._forget_change()
            self._put(self._current, self._composer.written)

    def _put(self, conversation_id: str, written: Written) -> None:
        place = self._places.get(conversation_id, conversation_id)
        if place is None:  # a temporary conversation
            return
        self._unstored[place] = written
        if self._storing is None or self._storing.done():
            self._storing = spawn(self._store(), self, "store the draft")

    async def _store(self) -> None:
        while self._unstored:
            place = next(iter(self._unstored))
            written = self._unstored.pop(place)
            try:
                await self._history.put_draft(place, draft_of(await self._kept(written)))
            except StorageError as error:
                self._tell_refusal(error)
            else:
                self._refused = False

    def _tell_refusal(self, error: StorageError) -> None:
        if not self._refused:
            self._refused = True
            self.failed.emit(error)

    async def _kept(self, written: Written) -> Written:
        """The same with images that the history keeps: from now on neither the memory nor the draft holds them."""
        new = [item for item in written.items if isinstance(item.part, ImagePart) and item.part.data]
        if not new:
            return written
        parts = await self._history.keep_images(tuple(item.part for item in new))
        kept = {item.key: part for item, part in zip(new, parts, strict=True) if isinstance(part, ImagePart | FilePart)}
        self._composer.attachments.settle(kept)
        self._left = {name: _settled(left, kept) for name, left in self._left.items()}
        return _settled(written, kept)


def _settled(written: Written, kept: Mapping[int, ImagePart | FilePart]) -> Written:
    items = (replace(item, part=kept.get(item.key, item.part)) for item in written.items)
    return Written(written.text, tuple(items))
