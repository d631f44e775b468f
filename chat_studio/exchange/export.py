"""Exporting conversations into files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from chat_studio.errors import ExportFailed
from chat_studio.exchange import telling
from chat_studio.exchange.formats import ExportFormat, PdfWriter, Writer
from chat_studio.exchange.outputs import Outputs
from chat_studio.exchange.progress import Progress, Report, unheard
from chat_studio.exchange.threads import in_thread
from chat_studio.files import storage_errors
from chat_studio.history.records import Desk, Folder, MessageRecord
from chat_studio.history.store import HistoryStore
from chat_studio.history.whole import Whole
from chat_studio.messages import ImagePart, Message, Role

MESSAGES = 50
"""Written at once, in a thread; a message with images by itself."""
STEPS = 100
"""Of progress for each conversation."""


@dataclass(frozen=True)
class ExportWish:
    """What to export, as what, and where to. Of `conversations` None means all, with those that are deleted only when
    `with_deleted`. `together` makes one file, and `target` is its path; otherwise `target` is a folder."""

    format: ExportFormat
    target: Path
    conversations: tuple[str, ...] | None = None
    together: bool = True
    with_deleted: bool = False


@dataclass(frozen=True)
class ExportReport:
    """What was made."""

    files: tuple[Path, ...]
    conversations: int
    messages: int


async def export(
    history: HistoryStore, wish: ExportWish, *, pdf: PdfWriter | None = None, progress: Report = unheard
) -> ExportReport:
    """Makes the files; they are there when this returns, and none of them otherwise. To cancel, cancel the task.

    Raises ExportFailed, ConversationNotFound, and StorageError when the disk refuses.
    """
    if wish.format.is_pdf and pdf is None:
        raise ExportFailed("This program cannot make PDFs.", hint="Export a web page, and print it into a PDF.")
    ids = wish.conversations if wish.conversations is not None else await history.ids(deleted=wish.with_deleted)
    if not ids:
        raise ExportFailed("There are no conversations to export.", hint="Choose at least one.")
    run = _Run(history, wish, ids, pdf, progress)
    with Outputs(wish.target, several=not wish.together) as outputs:
        await run.write(outputs)
        files = await in_thread(outputs.keep)
    return ExportReport(tuple(files), len(ids), run.messages)


class _Run:
    """One export."""

    def __init__(
        self,
        history: HistoryStore,
        wish: ExportWish,
        ids: Sequence[str],
        pdf: PdfWriter | None,
        progress: Report,
    ) -> None:
        self.messages = 0
        self._history = history
        self._wish = wish
        self._ids = ids
        self._pdf = pdf
        self._progress = progress
        self._done = 0

    async def write(self, outputs: Outputs) -> None:
        groups = [self._ids] if self._wish.together else [[id_] for id_ in self._ids]
        folders = await self._history.folders()
        for ids in groups:
            first = await self._whole(ids[0])
            title = telling.title(first.conversation) if len(ids) == 1 else f"{len(ids)} conversations"
            file = outputs.new(title, self._wish.format.suffix)
            page = outputs.scratch("page.html") if self._wish.format.is_pdf else file
            await self._file(page, title, await self._used(folders, first, ids), first, ids)
            if self._pdf is not None and self._wish.format.is_pdf:
                await self._pdf.write(page, file)

    async def _used(self, folders: list[Folder], first: Whole, ids: Sequence[str]) -> list[Folder]:
        """All folders when everything is exported, else those that the conversations are in."""
        if not self._wish.format.is_lossless or (self._wish.conversations is None and self._wish.together):
            return folders
        used = {first.conversation.folder_id}
        for id_ in ids[1:]:
            used.add((await self._history.conversation(id_)).folder_id)
        return [folder for folder in folders if folder.id in used]

    async def _file(self, path: Path, title: str, folders: list[Folder], first: Whole, ids: Sequence[str]) -> None:
        writer = self._wish.format.writer()
        await in_thread(partial(_put, path, writer.beginning(title, folders), "w"))
        for number, id_ in enumerate(ids):
            whole = await self._whole(id_) if number else first
            await self._conversation(path, writer, whole, first=number == 0)
            self._done += 1
            self._progress(Progress(self._done * STEPS, len(self._ids) * STEPS, self._done))
        await in_thread(partial(_put, path, writer.end()))

    async def _conversation(self, path: Path, writer: Writer, whole: Whole, *, first: bool) -> None:
        text = await asyncio.to_thread(writer.opening, whole, first=first)
        await in_thread(partial(_put, path, text))
        count = 0
        for records in _pieces(whole):
            filled = await self._history.filled(record.message for record in records)
            messages = [replace(one, message=message) for one, message in zip(records, filled, strict=True)]
            await in_thread(partial(_put_messages, path, writer, whole, messages, is_first=count == 0))
            count += len(records)
            share = STEPS * count // len(whole.messages)
            self._progress(Progress(self._done * STEPS + share, len(self._ids) * STEPS, self._done))
        self.messages += count
        await in_thread(partial(_put, path, writer.closing()))

    async def _whole(self, conversation_id: str) -> Whole:
        if self._wish.format.is_lossless:
            whole = await self._history.whole(conversation_id)
            return replace(whole, desk=await self._filled(whole.desk))
        opened = await self._history.open(conversation_id)
        return Whole(opened.conversation, opened.branch)

    async def _filled(self, desk: Desk) -> Desk:
        """A desk with the bytes of its images."""
        questions = [Message(role=Role.USER, parts=parts) for parts in (desk.draft, *desk.queue)]
        draft, *queue = await self._history.filled(questions)
        return replace(desk, draft=draft.parts, queue=tuple(question.parts for question in queue))


def _pieces(whole: Whole) -> Iterator[list[MessageRecord]]:
    """The messages, so many at a time as are light."""
    piece: list[MessageRecord] = []
    for record in whole.messages:
        piece.append(record)
        if len(piece) == MESSAGES or any(isinstance(part, ImagePart) and part.blob for part in record.message.parts):
            yield piece
            piece = []
    if piece:
        yield piece


def _put_messages(
    path: Path, writer: Writer, whole: Whole, messages: Sequence[MessageRecord], *, is_first: bool
) -> None:
    texts = (
        writer.message(record, whole.deleted.get(record.id), first=is_first and number == 0)
        for number, record in enumerate(messages)
    )
    _put(path, "".join(texts))


def _put(path: Path, text: str, mode: str = "a") -> None:
    """Adds to a file. It is opened each time, so that nothing is left open when an export is cancelled."""
    with storage_errors(path), path.open(mode, encoding="utf-8", newline="\n") as file:
        file.write(text)
