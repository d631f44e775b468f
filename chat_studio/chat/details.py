"""What is known of a conversation beside its messages: its name, where its questions go, what holds for them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace

from chat_studio.chat.changes import Change, ConversationChanged
from chat_studio.chat.keeping import Keeper
from chat_studio.errors import StorageError
from chat_studio.history.records import ConversationRecord, TitleBy
from chat_studio.parameters import ConversationSettings


class Details:
    """The record of a conversation, in step with the stored one once `is_stored`.

    A change holds at once, and is taken back when it cannot be stored. What the history returns meanwhile is older than
    a change that is being stored, and does not undo it.
    """

    def __init__(
        self, record: ConversationRecord, keeper: Keeper, tell: Callable[[Change], None], *, is_stored: bool
    ) -> None:
        self._record = record
        self._keeper = keeper
        self._tell = tell
        self._unstored: list[Mapping[str, object]] = []
        self.is_stored = is_stored

    @property
    def record(self) -> ConversationRecord:
        return self._record

    def take(self, stored: ConversationRecord) -> None:
        """The record as the history has it now."""
        self.is_stored = True
        self._record = stored
        for fields in self._unstored:
            self._set(fields)

    def learn(self, stored: ConversationRecord) -> None:
        """Takes over where the conversation is kept: folder, tags, pin, archive. Others change it in the history."""
        kept = ("folder_id", "pinned", "archived", "tags")
        self._set({name: getattr(stored, name) for name in kept})

    async def set_route(self, connection_id: str, model: str) -> None:
        fields = {"connection_id": connection_id, "model": model}
        await self._change(fields, lambda: self._keeper.set_route(self._record.id, connection_id, model))

    async def set_settings(self, settings: ConversationSettings) -> None:
        await self._change({"settings": settings}, lambda: self._keeper.set_settings(self._record.id, settings))

    async def retitle(self, title: str, by: TitleBy) -> None:
        """Names the conversation; what the user named keeps its name, unless it is the user again."""
        if by == "user" or self._record.title_by != "user":
            fields = {"title": title, "title_by": by}
            await self._change(fields, lambda: self._keeper.retitle(self._record.id, title, by))

    async def _change(self, fields: Mapping[str, object], store: Callable[[], Coroutine[None, None, None]]) -> None:
        before = {name: getattr(self._record, name) for name in fields}
        self._set(fields)
        if self.is_stored:
            self._unstored.append(fields)
            try:
                await store()
            except StorageError:
                self._set(before)
                raise
            finally:
                self._unstored = [other for other in self._unstored if other is not fields]
        self._tell(ConversationChanged(self._record))

    def _set(self, fields: Mapping[str, object]) -> None:
        self._record = replace(self._record, **fields)  # type: ignore[arg-type]
