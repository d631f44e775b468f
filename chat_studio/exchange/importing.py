"""Importing a file: what is in it, and taking it into the history."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from chat_studio.exchange.losses import Loss, Losses
from chat_studio.exchange.progress import Progress, Report, unheard
from chat_studio.exchange.reader import Reader
from chat_studio.exchange.source import Source
from chat_studio.exchange.threads import Pauses, in_thread
from chat_studio.history.store import HistoryStore
from chat_studio.history.whole import Taken, Whole
from chat_studio.messages import ImagePart

CONVERSATIONS = 30
MESSAGES = 300
CHARACTERS = 16 * 1024**2
SECONDS = 0.25
"""A batch, which is stored as one, has no more of each of these, but at least one conversation: whatever else is to be
stored, such as an answer that is coming, waits for it."""
SHOWN = 200
"""Conversations that a preview tells by their titles."""


@dataclass(frozen=True)
class Sample:
    """A conversation of a file, as a list shows it. `is_known` when the history has it."""

    title: str
    created_at: datetime
    messages: int
    is_known: bool


@dataclass(frozen=True)
class Preview:
    """What is in a file. `known` of its conversations are in the history; `samples` are the first ones."""

    program: str
    conversations: int = 0
    messages: int = 0
    images: int = 0
    known: int = 0
    first: datetime | None = None
    last: datetime | None = None
    samples: tuple[Sample, ...] = ()
    losses: tuple[Loss, ...] = ()


@dataclass
class ImportReport:
    """What an import has done so far; `is_complete` once it came to the end of the file.

    Conversations are `added`, `updated` with messages that were missing, `restored` where they had been deleted, or
    `known`, which is to say left as they are. `messages` are new ones.
    """

    program: str = ""
    added: int = 0
    updated: int = 0
    restored: int = 0
    known: int = 0
    messages: int = 0
    losses: Losses = field(default_factory=Losses)
    is_complete: bool = False

    @property
    def conversations(self) -> int:
        return self.added + self.updated + self.restored + self.known

    def count(self, taken: Sequence[Taken]) -> None:
        for one in taken:
            setattr(self, one.outcome, getattr(self, one.outcome) + 1)
            self.messages += one.messages


async def preview(path: Path, history: HistoryStore, *, progress: Report = unheard) -> Preview:
    """Reads the file once and keeps nothing of it. Cancelling the task ends it soon.

    Raises ImportFailed, and StorageError when the history cannot be read.
    """
    found = Preview("")
    with await asyncio.to_thread(Source, path) as source:
        reader = Reader(source)
        async with aclosing(_batches(reader, source)) as batches:
            async for batch in batches:
                stored = await history.known([(one.conversation.id, one.conversation.source) for one in batch])
                found = await asyncio.to_thread(_counted, found, batch, [one is not None for one in stored])
                progress(Progress(source.position, source.size, found.conversations))
        return replace(found, program=reader.label, losses=tuple(reader.losses))


class Import:
    """Takes the conversations of a file into the history, a batch at a time, each wholly or not at all.

    To cancel, cancel the task that runs it: what was taken stays, and `report` tells it.
    """

    def __init__(self, history: HistoryStore, path: Path, *, progress: Report = unheard) -> None:
        self.report = ImportReport()
        self._history = history
        self._path = path
        self._progress = progress

    async def run(self) -> ImportReport:
        """Raises ImportFailed for a file that is none, and StorageError; `report` tells what was taken before."""
        with await asyncio.to_thread(Source, self._path) as source:
            reader = Reader(source)
            self.report.losses = reader.losses
            async with aclosing(_batches(reader, source)) as batches:
                async for batch in batches:
                    self.report.program = reader.label
                    await self._take(reader, batch)
                    self._progress(Progress(source.position, source.size, self.report.conversations))
            await self._take(reader, ())  # folders may be all that is in it
            self.report.program = reader.label
        self.report.is_complete = True
        return self.report

    async def _take(self, reader: Reader, batch: Sequence[Whole]) -> None:
        """Stores a batch. One that was begun is stored even when the import is cancelled, and counts."""
        storing = asyncio.ensure_future(self._history.take(batch, tuple(reader.folders.values())))
        try:
            await asyncio.shield(storing)
        finally:
            self.report.count(await storing)


async def _batches(reader: Reader, source: Source) -> AsyncGenerator[list[Whole], None]:
    """The conversations of a file, read in a thread a batch at a time."""
    with closing(iter(reader)) as conversations:
        while batch := await in_thread(partial(_batch, conversations), source.stop.set):
            yield batch


def _batch(conversations: Iterator[Whole]) -> list[Whole]:
    batch: list[Whole] = []
    messages = characters = 0
    end = time.monotonic() + SECONDS
    pause = Pauses()
    for whole in conversations:
        pause()
        batch.append(whole)
        messages += len(whole.messages)
        characters += sum(_length(whole, index) for index in range(len(whole.messages)))
        if len(batch) >= CONVERSATIONS or messages >= MESSAGES or characters >= CHARACTERS or time.monotonic() > end:
            break
    return batch


def _length(whole: Whole, index: int) -> int:
    images = sum(len(part.data) for part in whole.messages[index].message.parts if isinstance(part, ImagePart))
    return len(whole.messages.text(index)) + images


def _counted(found: Preview, batch: Sequence[Whole], known: Sequence[bool]) -> Preview:
    times = [one.conversation.created_at for one in batch] + [one.conversation.updated_at for one in batch]
    records = (record for one in batch for record in one.messages)
    images = sum(isinstance(part, ImagePart) for record in records for part in record.message.parts)
    samples = [
        Sample(one.conversation.title, one.conversation.created_at, len(one.messages), is_known)
        for one, is_known in zip(batch, known, strict=True)
    ]
    return replace(
        found,
        conversations=found.conversations + len(batch),
        messages=found.messages + sum(len(one.messages) for one in batch),
        images=found.images + images,
        known=found.known + sum(known),
        first=min([*times, *([found.first] if found.first else [])]),
        last=max([*times, *([found.last] if found.last else [])]),
        samples=(*found.samples, *samples)[:SHOWN],
    )
