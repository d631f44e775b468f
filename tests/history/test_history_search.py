"""Search: whatever is typed finds words, and is never taken for syntax."""

from __future__ import annotations

import sqlite3

import pytest
from history.records_for_tests import question
from hypothesis import given
from hypothesis import strategies as st

from chat_studio.history.search import expression_of
from chat_studio.history.store import HistoryStore

TEXTS = (
    "How do I sort a list in Python?",
    "Crème brûlée, the café's recipe",
    "Use C++ and the -Wall flag; AND, OR, NOT are words",
    "Über Äpfel und Birnen",
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("python", {0}),
        ("PYTHON sort", {0}),
        ("sort pyth", {0}),
        ("pyth sort", set()),
        ("creme", {1}),
        ("cafe recipe", {1}),
        ("apfel", {3}),
        ("c++", {1, 2}),
        ("-wall", {2}),
        ("AND", {2}),
        ("OR NOT", {2}),
        ("or zebra", set()),
        ('"a list"', {0}),
        ("“a list”", {0}),
        ('"list a"', set()),
        ('"a lis"', set()),
        ('"a list" pyt', {0}),
        ('sort "', {0}),
        ("text:sort", set()),
        ("list*", {0}),
        ("(sort", {0}),
        ("", set()),
        ("  \t ", set()),
        ('" ?! "', set()),
        ("nul\0l", set()),
    ],
)
async def test_what_is_typed(store: HistoryStore, typed: str, found: set[int]) -> None:
    conversation = await store.create_conversation(connection_id="a", model="", title="Title")
    records = [question(conversation.id, text) for text in TEXTS]
    await store.append(*records)
    hits = await store.search(typed)
    assert {[record.id for record in records].index(hit.message_id) for hit in hits} == found
    assert all((hit.conversation_title, hit.role) == ("Title", "user") for hit in hits)


async def test_a_hit_marks_its_matches(store: HistoryStore) -> None:
    conversation = await store.create_conversation(connection_id="a", model="")
    await store.append(question(conversation.id, "one two three"))
    (hit,) = await store.search("two thr")
    assert hit.snippet == "one \x02two\x03 \x02three\x03"


async def test_the_limit_holds(store: HistoryStore) -> None:
    conversation = await store.create_conversation(connection_id="a", model="")
    await store.append(*(question(conversation.id, "same") for _ in range(5)))
    assert len(await store.search("same", 3)) == 3


@given(st.text())
def test_no_text_is_an_error(typed: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE search USING fts5 (text)")
    expression = expression_of(typed.encode("utf-8", "replace").decode())
    if expression:
        db.execute("SELECT * FROM search WHERE search MATCH ?", (expression,)).fetchall()
    db.close()
