"""Search: whatever is typed finds words, and is never taken for syntax."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from history.records_for_tests import question
from hypothesis import given
from hypothesis import strategies as st

from chat_studio.history.query import SearchQuery
from chat_studio.history.store import HistoryStore
from chat_studio.history.terms import terms_of, trigrams_expression, words_expression

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
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE search USING fts5 (text)")
        db.execute("CREATE VIRTUAL TABLE search_unspaced USING fts5 (text, tokenize = 'trigram')")
        terms = terms_of(SearchQuery.typed(typed.encode("utf-8", "replace").decode()).words)
        if terms:
            db.execute("SELECT * FROM search WHERE search MATCH ?", (words_expression(terms),)).fetchall()
        if expression := trigrams_expression(db, terms):
            db.execute("SELECT * FROM search_unspaced WHERE search_unspaced MATCH ?", (expression,)).fetchall()
