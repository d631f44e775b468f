"""A program that is there to be killed: it uses a history as the window does, and tells of every commit.

Run as a script it reads one JSON order a line, and forks a process for each: imports are done once. What it writes:
`{"pid": …}`, then `{"n": …, "does": {key: value}}` before something is stored and `{"n": …}` when that was
acknowledged, and `"END"` when the process is gone. The keys are those of `stored_state.stored`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import sys
from collections.abc import AsyncGenerator, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from chat_studio.backup.create import create
from chat_studio.backup.restore import restore
from chat_studio.chat.engine import Engine
from chat_studio.chat.journal import AnswerJournal
from chat_studio.chat.retry import Retry
from chat_studio.chat.session import Session
from chat_studio.chat.sessions import Sessions
from chat_studio.events import Event, Finished, TextDelta
from chat_studio.history import conversations
from chat_studio.history.branch import Branch
from chat_studio.history.db import open_database
from chat_studio.history.desks import Queue
from chat_studio.history.records import ConversationRecord, JournalPiece, MessageRecord
from chat_studio.history.rows import now
from chat_studio.history.store import HistoryStore
from chat_studio.history.whole import Whole
from chat_studio.messages import FinishReason, Message, Part, Parts, Role, TextPart
from chat_studio.paths import Paths
from chat_studio.providers.base import Provider
from chat_studio.providers.values import ChatRequest, Endpoint, ModelInfo, ServerInfo
from chat_studio.settings import SettingsStore

T = TypeVar("T")
Effects = dict[str, Any]

WORDS = 60
FULL_TEXT = "".join(f"word{number} " for number in range(WORDS))
"""What every answer says, if it gets to its end."""


class Ledger:
    """Tells the one who kills what is about to be stored, and what has been."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    async def enter(self, effects: Effects, work: Coroutine[Any, Any, T]) -> T:
        number = next(self._numbers)
        tell({"n": number, "does": effects})
        done = await work
        tell({"n": number})
        return done


def tell(line: object) -> None:
    os.write(1, json.dumps(line).encode() + b"\n")


def message_value(record: MessageRecord) -> list[str | None]:
    return [record.parent_id, record.message.role, record.message.text, record.state]


class ToldHistory(HistoryStore):
    """Enters all that changes something."""

    def __init__(self, path: Path, ledger: Ledger) -> None:
        super().__init__(path)
        self._enter = ledger.enter
        self._journalled: dict[str, str] = {}

    async def append(
        self, *records: MessageRecord, creating: ConversationRecord | None = None, queue: Queue | None = None
    ) -> ConversationRecord:
        effects: Effects = {f"message {record.id}": message_value(record) for record in records}
        effects[f"leaf {records[-1].conversation_id}"] = records[-1].id
        if creating is not None:
            effects[f"title {creating.id}"] = creating.title
        if queue is not None:
            effects[f"queue {records[-1].conversation_id}"] = len(queue)
        return await self._enter(effects, super().append(*records, creating=creating, queue=queue))

    async def journal(self, answer: MessageRecord, pieces: Sequence[JournalPiece]) -> None:
        text = self._journalled.get(answer.id, "") + "".join(piece.text for piece in pieces)
        await self._enter({f"journal {answer.id}": text}, super().journal(answer, pieces))
        self._journalled[answer.id] = text

    async def finish(self, record: MessageRecord) -> ConversationRecord:
        effects: Effects = {f"message {record.id}": message_value(record), f"journal {record.id}": ""}
        return await self._enter(effects, super().finish(record))

    async def set_leaf(self, conversation_id: str, leaf_id: str | None) -> ConversationRecord:
        return await self._enter({f"leaf {conversation_id}": leaf_id}, super().set_leaf(conversation_id, leaf_id))

    async def mark_deleted(
        self, conversation_id: str, message_id: str, *, deleted: bool, leaf_id: str | None
    ) -> ConversationRecord:
        effects = {f"deleted {message_id}": deleted, f"leaf {conversation_id}": leaf_id}
        return await self._enter(
            effects, super().mark_deleted(conversation_id, message_id, deleted=deleted, leaf_id=leaf_id)
        )

    async def retitle(self, conversation_id: str, title: str, by: Any) -> None:
        await self._enter({f"title {conversation_id}": title}, super().retitle(conversation_id, title, by))

    async def delete(self, conversation_id: str) -> None:
        await self._enter({f"hidden {conversation_id}": True}, super().delete(conversation_id))

    async def restore(self, conversation_id: str) -> None:
        await self._enter({f"hidden {conversation_id}": False}, super().restore(conversation_id))

    async def put_draft(self, conversation_id: str, draft: tuple[Part, ...]) -> None:
        value = Parts.dump_json(draft).decode()
        await self._enter({f"draft {conversation_id}": value}, super().put_draft(conversation_id, draft))

    async def put_queue(self, conversation_id: str, queue: Queue) -> None:
        await self._enter({f"queue {conversation_id}": len(queue)}, super().put_queue(conversation_id, queue))

    async def copy_branch(self, leaf_id: str, copy: ConversationRecord) -> ConversationRecord:
        length = len(await self.branch_to((await self._owner(leaf_id)), leaf_id))
        effects = {f"count {copy.id}": length, f"title {copy.id}": copy.title}
        return await self._enter(effects, super().copy_branch(leaf_id, copy))

    async def take(self, batch: Sequence[Whole], folders: Any = ()) -> Any:
        effects: Effects = {f"title {one.conversation.id}": one.conversation.title for one in batch}
        effects |= {f"message {record.id}": message_value(record) for one in batch for record in one.messages}
        return await self._enter(effects, super().take(batch, folders))

    async def _owner(self, message_id: str) -> str:
        statement = "SELECT conversation_id FROM messages WHERE id = ?"
        found: str = await self._run(lambda db: db.execute(statement, (message_id,)).fetchone()[0])
        return found


class Talker(Provider):
    """Says `FULL_TEXT`, a word at a time."""

    kind = "talker"
    label = "Talker"

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Event, None]:
        del request
        for number in range(WORDS):
            await asyncio.sleep(0.0005)
            yield TextDelta(f"word{number} ")
        yield Finished(FinishReason.STOP)

    async def list_models(self) -> Sequence[ModelInfo]:
        return []

    async def check(self) -> ServerInfo:
        return ServerInfo()


class Source:
    async def provider_for(self, connection_id: str, *, model: str = "") -> Provider:
        del connection_id, model
        return Talker(Endpoint("Talker", "https://talker.invalid/v1", model="m"))


async def live(home: Path, seed: int) -> None:
    """Works until it is killed."""
    dice = random.Random(seed)  # noqa: S311
    ledger = Ledger()
    paths = Paths.find(home)
    history = ToldHistory(paths.history, ledger)
    sessions = Sessions(history, Source(), Engine(Retry()))
    known = await history.ids()
    async with asyncio.TaskGroup() as group:
        for place in range(2):
            group.create_task(chat(sessions, known[place::3], dice))
        group.create_task(tidy(history, paths, ledger, known[2::3], dice))


async def chat(sessions: Sessions, known: list[str], dice: random.Random) -> None:
    while True:
        if known and dice.random() < 0.7:
            session = await sessions.open(dice.choice(known))
        else:
            session = await sessions.new("talker", "m")
        for _ in range(4):
            await dice.choice((send, send, edit, regenerate, drop))(session, dice)
            if dice.random() < 0.3:
                await asyncio.sleep(dice.random() / 50)
                session.stop()
            await session.wait()


async def send(session: Session, dice: random.Random) -> None:
    await session.send(f"Question {dice.random()}")
    if dice.random() < 0.3:
        await session.put_queue(((TextPart(text="And next?"),),))


async def edit(session: Session, dice: random.Random) -> None:
    if session.records:
        await session.edit(session.records.id(dice.randrange(len(session.records))), f"Edited {dice.random()}")


async def regenerate(session: Session, dice: random.Random) -> None:
    if session.records:
        await session.regenerate(session.records.id(dice.randrange(len(session.records))))


async def drop(session: Session, dice: random.Random) -> None:
    if len(session.records) > 2:
        gone = session.records.id(dice.randrange(len(session.records)))
        await session.delete_message(gone)
        if dice.random() < 0.5:
            await session.restore_message(gone)


async def tidy(history: ToldHistory, paths: Paths, ledger: Ledger, known: list[str], dice: random.Random) -> None:
    settings = SettingsStore(paths.settings)
    while True:
        await asyncio.sleep(0)
        text = f"Text {dice.random()}"
        await history.put_draft("", (TextPart(text=text),))
        await history.take([imported(text)])
        size = dice.randrange(9, 33)
        changed = settings.load().model_copy(update={"font_size": size})
        await ledger.enter({"file font_size": size}, asyncio.to_thread(settings.save, changed))
        if known:
            chosen = dice.choice(known)
            await history.retitle(chosen, text, "user")
            await history.put_draft(chosen, (TextPart(text=text),))
            await history.delete(chosen)
            await history.restore(chosen)
            leaf = (await history.conversation(chosen)).leaf_id
            if leaf is not None:
                await history.copy_branch(leaf, conversations.new("talker", "m", text))


def imported(title: str) -> Whole:
    """A conversation as an import brings it: large, so that storing it takes a while."""
    conversation = conversations.new("talker", "m", title)
    records: list[MessageRecord] = []
    for number in range(20):
        role = (Role.USER, Role.ASSISTANT)[number % 2]
        parent = records[-1].id if records else None
        message = Message.of(role, f"{title} {number} " * 20)
        records.append(MessageRecord(f"{conversation.id}-{number}", conversation.id, parent, message, now()))
    return Whole(replace(conversation, leaf_id=records[-1].id), Branch(records))


def work_of(order: dict[str, str]) -> None:
    """What the process of an order does: until it is killed, or until it is done."""
    home = Paths.find(order["home"])
    match order["work"]:
        case "live":
            asyncio.run(live(Path(order["home"]), int(order["seed"])))
        case "open":
            open_database(home.history).close()
        case "backup":
            create(home)
        case "restore":
            restore(home, Path(order["file"]))


def main() -> None:
    assert AnswerJournal.__init__.__kwdefaults__
    AnswerJournal.__init__.__kwdefaults__["interval"] = 0.01  # a program lives for some tenths of a second only
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            tell({"pid": os.getpid()})
            work_of(json.loads(line))
            os._exit(0)
        os.waitpid(child, 0)
        os.write(1, b'\n"END"\n')


if __name__ == "__main__":
    main()
