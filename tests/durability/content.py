"""A history as a user has it: trees, images, drafts, an answer that still comes."""

from __future__ import annotations

import base64
import os
import sqlite3
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

from history.records_for_tests import answer, question, streaming

from chat_studio.history import conversations
from chat_studio.history.records import ConversationRecord, JournalPiece, MessageRecord
from chat_studio.history.store import HistoryStore
from chat_studio.messages import ImagePart, Message, Role, TextPart, Usage
from chat_studio.parameters import ConversationSettings

IMAGE = base64.b64encode(os.urandom(6000)).decode()


async def filled(path: Path, count: int = 3) -> list[ConversationRecord]:
    """Stores `count` conversations of nine messages each, and the rest of what a history has."""
    async with aclosing(HistoryStore(path)) as history:
        stored = [await _conversation(history, number) for number in range(count)]
        await history.set_settings(stored[0].id, ConversationSettings(system="Be brief."))
        await history.put_draft(stored[0].id, (TextPart(text="not sent"),))
        await history.put_draft("", (TextPart(text="for a new one"),))
        return stored


async def _conversation(history: HistoryStore, number: int) -> ConversationRecord:
    conversation = conversations.new("demo", "m", f"Conversation {number}")
    asked = question(conversation.id, f"What is number {number}?")
    pictured = replace(asked, message=Message(role=Role.USER, parts=(*asked.message.parts, ImagePart(data=IMAGE))))
    first = answer(conversation.id, f"The first answer {number}", asked, usage=Usage(input_tokens=1))
    second = answer(conversation.id, f"The second answer {number} " * 500, asked)
    await history.append(pictured, first, second, creating=conversation)
    records: list[MessageRecord] = [second]
    for turn in range(3):
        asked = question(conversation.id, f"And {turn}?", records[-1])
        records += [asked, answer(conversation.id, f"So {turn}, 日本語 🙂", asked)]
    return await history.append(*records[1:])


async def running(path: Path) -> MessageRecord:
    """Adds a conversation whose answer was coming when the program was killed."""
    history = HistoryStore(path)
    conversation = conversations.new("demo", "m", "Cut short")
    asked = question(conversation.id, "And then?")
    coming = streaming(conversation.id, asked)
    await history.append(asked, coming, creating=conversation)
    await history.journal(coming, [JournalPiece("text", "Then it ")])
    await history._run(lambda db: db.execute("UPDATE messages SET runner = 'gone' WHERE runner IS NOT NULL"))
    await history.aclose()
    return coming


def change(path: Path, *statements: str) -> None:
    """Does to a file what no program of ours would do."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all ordinary tables."""
    with closing(sqlite3.connect(path)) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        ordinary = [name for name in tables if "search" not in name]
        return {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in ordinary}  # noqa: S608
