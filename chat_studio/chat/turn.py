"""One answer on its way, from the request to its final form."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from chat_studio.chat.answer import AnswerBuilder
from chat_studio.chat.changes import AnswerGrew, AnswerRouted, Change, JournalFailed
from chat_studio.chat.engine import Engine
from chat_studio.chat.journal import AnswerJournal
from chat_studio.chat.keeping import Keeper
from chat_studio.errors import StudioError
from chat_studio.history.records import ErrorRecord, MessageRecord, MessageState
from chat_studio.providers.base import Provider
from chat_studio.providers.values import ChatRequest

log = logging.getLogger(__name__)

BUG = ErrorRecord(
    kind="bug",
    message="Chat Studio made a mistake while it read the answer.",
    hint="What had arrived is kept. Please report this with the program's log file.",
)


class ProviderSource(Protocol):
    """Where a turn gets its provider from; `ProviderPool` is one."""

    async def provider_for(self, connection_id: str, *, model: str = "") -> Provider:
        """The provider of a connection, ready for use. Raises StudioError."""


class Turn:
    """Streams one answer. What comes is told at once, journalled soon after, and settled at the end."""

    def __init__(
        self,
        answer: MessageRecord,
        *,
        history: Keeper,
        providers: ProviderSource,
        engine: Engine,
        tell: Callable[[Change], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._record = answer
        self._providers = providers
        self._engine = engine
        self._tell = tell
        self._answer = AnswerBuilder(clock, answer.message.parts)
        self._journal = AnswerJournal(history, self._routed, self._answer, lambda error: tell(JournalFailed(error)))
        self._task: asyncio.Task[object] | None = None
        self._ending: MessageState | None = None

    @property
    def id(self) -> str:
        """The id of the answer."""
        return self._record.id

    @property
    def record(self) -> MessageRecord:
        """The answer as far as it has come, or in its final form after `run`."""
        if self._record.state is not MessageState.STREAMING:
            return self._record
        return self._with_what_came()

    async def run(self, request: ChatRequest) -> MessageRecord:
        """Streams to the end, whichever it is, and returns the answer in its final form. Never raises."""
        state, error = await self._stream(request)
        await self._journal.aclose()
        self._answer.end()
        self._record = replace(self._with_what_came(), state=state, error=error, timing=self._answer.timing())
        return self._record

    def stop(self) -> None:
        """The user has read enough."""
        self._end_as(MessageState.STOPPED)

    def interrupt(self) -> None:
        """The program ends."""
        self._end_as(MessageState.INTERRUPTED)

    def _end_as(self, state: MessageState) -> None:
        if self._ending is None:
            self._ending = state
            if self._task is not None:
                self._task.cancel()

    async def _stream(self, request: ChatRequest) -> tuple[MessageState, ErrorRecord | None]:
        if self._ending is not None:
            return self._ending, None
        self._task = task = asyncio.current_task()
        try:
            await self._receive(request)
            await asyncio.sleep(0)  # a stop that was asked for by the last event ends here, not in the storing
        except asyncio.CancelledError:
            if task is not None:
                task.uncancel()
            return self._ending or MessageState.INTERRUPTED, None
        except StudioError as error:
            return MessageState.FAILED, ErrorRecord.of(error)
        except Exception:
            log.exception("A turn failed on %s", self._record.connection_id)
            return MessageState.FAILED, BUG
        finally:
            self._task = None
        return MessageState.DONE, None

    async def _receive(self, request: ChatRequest) -> None:
        record = self._record
        provider = await self._providers.provider_for(record.connection_id, model=record.model)
        self._record = replace(
            record, connection_name=provider.endpoint.name, model=record.model or provider.endpoint.model
        )
        self._tell(AnswerRouted(self._record))
        self._answer.start()
        async with aclosing(self._engine.answer(provider, request)) as events:
            async for event in events:
                self._answer.add(event)
                self._tell(AnswerGrew(record.id, event))
                self._journal.touch()

    def _routed(self) -> MessageRecord:
        """The record with what is known of who answers."""
        return replace(self._record, model=self._answer.model or self._record.model)

    def _with_what_came(self) -> MessageRecord:
        record, answer = self._routed(), self._answer
        return replace(
            record,
            message=record.message.model_copy(update={"parts": answer.parts()}),
            usage=answer.usage,
            finish_reason=answer.finish_reason,
        )
