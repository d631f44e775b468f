"""Search: whatever is typed finds words, and is never taken for syntax."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from history.records_for_tests import question
from history.stored import begin
from hypothesis import given
from hypothesis import strategies as st

from chat_studio.history.db import open_database
from chat_studio.history.query import SearchQuery
from chat_studio.history.search import count, search
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
    conversation = await begin(store, connection_id="a", model="", title="Title")
    records = [question(conversation.id, text) for text in TEXTS]
    await store.append(*records)
    hits = await store.search(typed)
    assert {[record.id for record in records].index(hit.message_id) for hit in hits} == found
    assert all((hit.conversation_title, hit.role) == ("Title", "user") for hit in hits)


async def test_a_hit_marks_its_matches(store: HistoryStore) -> None:
    conversation = await begin(store, connection_id="a", model="")
    await store.append(question(conversation.id, "one two three"))
    (hit,) = await store.search("two thr")
    assert hit.snippet == "one \x02two\x03 \x02three\x03"


async def test_the_limit_holds(store: HistoryStore) -> None:
    conversation = await begin(store, connection_id="a", model="")
    await store.append(*(question(conversation.id, "same") for _ in range(5)))
    assert len(await store.search("same", 3)) == 3


_PIECES = st.sampled_from(
    [
        "model:",
        "role:user",
        'folder:"',
        "after:",
        "before:9999-12-31",
        "in:title",
        '"',
        "*",
        "中",
        "国x",
        "é",
        "e",
        " ",
        "a_b",
    ]
)


@given(st.text() | st.lists(_PIECES).map("".join))
def test_no_text_is_an_error(typed: str) -> None:
    typed = typed.encode("utf-8", "replace").decode()
    with TemporaryDirectory() as folder, closing(open_database(Path(folder, "history.sqlite3"))) as db:
        db.execute(
            "INSERT INTO conversations (id, title, created_at, updated_at, connection_id, model)"
            " VALUES ('c', 'é', '2026-01-01', '2026-01-01', '', '')"
        )
        db.execute(
            "INSERT INTO messages (id, conversation_id, created_at, role, parts, text, state, connection_id,"
            " connection_name, model) VALUES ('m', 'c', '2026-01-01', 'user', '', ?, 'done', '', '', '')",
            (typed,),
        )
        query = SearchQuery.typed(typed)
        hits = search(db, query, 5, None)
        assert count(db, query, 5) == len(hits)
        assert SearchQuery.typed(str(query)) == query
