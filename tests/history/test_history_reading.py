"""What is read while others write, and what is read of a damaged history."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from history.records_for_tests import question

from chat_studio.history import conversations
from chat_studio.history.store import HistoryStore
from chat_studio.history.tree import Node, Tree
from chat_studio.history.worker import Worker
from chat_studio.messages import ImagePart


async def test_a_reader_sees_one_state(store: HistoryStore, path: Path) -> None:
    """An answer that is settled between two statements of an export would lose its text in it."""
    conversation = conversations.new("demo", "")
    await store.append(question(conversation.id, "?"), creating=conversation)

    def count(db: sqlite3.Connection) -> int:
        found: int = db.execute("SELECT count(*) FROM messages").fetchone()[0]
        return found

    def twice(db: sqlite3.Connection) -> tuple[int, int]:
        before = count(db)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("DELETE FROM messages")
        return before, count(db)

    reader = Worker(path, "reader", only_reads=True)
    try:
        assert await reader.run(twice) == (1, 1)
        assert await reader.run(count) == 0
    finally:
        await reader.aclose()


async def test_a_time_that_cannot_be_read_hides_no_hit(store: HistoryStore, path: Path) -> None:
    conversation = conversations.new("demo", "", "Bread")
    await store.append(question(conversation.id, "How long?"), creating=conversation)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE messages SET created_at = 'yesterday'")
    (hit,) = await store.search("long")
    assert hit.created_at.year == 1970


async def test_a_branch_whose_image_is_gone_can_be_copied(store: HistoryStore, path: Path) -> None:
    conversation = conversations.new("demo", "", "Bread")
    asked = question(conversation.id, "What is it?")
    parts = (*asked.message.parts, ImagePart(blob="0" * 64, name="loaf.png"))
    asked = replace(asked, message=asked.message.model_copy(update={"parts": parts}))
    await store.append(asked, creating=conversation)
    copy = await store.copy_branch(asked.id, conversations.new("demo", "", "Copy"))
    (record,) = await store.thread(copy.id)
    assert record.message.parts == parts
    assert await store.image("0" * 64) == b""


def test_a_ring_has_an_end() -> None:
    ring = Tree([Node("a", "c"), Node("b", "a"), Node("c", "b")])
    assert ring.leaf_under("a") == "c"
    hidden = Tree([Node("a", "c", deleted=True), Node("b", "a", deleted=True), Node("c", "b", deleted=True)])
    assert hidden.leaf_under("a") == "a"


def test_no_branch_ends_below_a_message_that_is_not_there() -> None:
    with pytest.raises(LookupError):
        Tree([Node("a", None)]).leaf_under("b")
