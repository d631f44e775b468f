"""Full text search over messages, the newest first."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from chat_studio.history.fold import fold
from chat_studio.history.narrowing import Condition, Narrowed, conversation_conditions, days, joined, narrowed
from chat_studio.history.query import SearchQuery
from chat_studio.history.records import SearchHit
from chat_studio.history.rows import time_of
from chat_studio.history.snippets import READ, Marker
from chat_studio.history.terms import Term, terms_of, trigrams_expression, words_expression

_NUMBERS = """
    SELECT {n} AS number
    FROM {source} CROSS JOIN messages f INDEXED BY messages_found ON f.number = {n}
    CROSS JOIN conversations c ON c.id = f.conversation_id
    WHERE {match} AND {n} BETWEEN ? AND ? AND {conditions} ORDER BY {n} DESC LIMIT ?
"""
_WITHOUT_WORDS = """
    SELECT f.number AS number
    FROM messages f CROSS JOIN conversations c ON c.id = f.conversation_id
    WHERE f.deleted_at IS NULL AND f.text != '' AND f.number BETWEEN ? AND ? AND {conditions}
    ORDER BY f.number DESC LIMIT ?
"""
_HIT = """
    SELECT c.id AS conversation_id, c.title, m.id AS message_id, m.role, m.created_at, substr(m.text, 1, ?) AS text
    FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.number = ?
"""
_TITLES = """
    SELECT c.rowid AS number, c.id, c.title, c.updated_at FROM conversations c
    WHERE c.rowid < ? AND {conditions} ORDER BY c.rowid DESC LIMIT ?
"""


class _Source(NamedTuple):
    """Where numbers of messages come from, and what they must match there; without an index it is all messages."""

    table: str = ""
    expression: str = ""


def search(db: sqlite3.Connection, query: SearchQuery, limit: int, below: int | None) -> list[SearchHit]:
    """The newest first. `below` is the `number` of the last hit that is known already."""
    terms = terms_of(query.words)
    marker = Marker(terms)
    if query.in_title:
        return _titles(db, query, terms, marker, limit, below)
    return [_hit(db, number, marker) for number in _numbers(db, query, terms, limit, below)]


def count(db: sqlite3.Connection, query: SearchQuery, most: int) -> int:
    """How many hits there are, `most` standing for more."""
    terms = terms_of(query.words)
    if query.in_title:
        return len(_title_rows(db, query, terms, most, None))
    return len(_numbers(db, query, terms, most, None))


def _numbers(
    db: sqlite3.Connection, query: SearchQuery, terms: Sequence[Term], limit: int, below: int | None
) -> list[int]:
    """The numbers of the newest messages that match."""
    if not terms and (query.words or query == SearchQuery(archived=query.archived)):
        return []
    found = narrowed(db, query)
    if found is None:
        return []
    if below is not None:
        found = found._replace(last=min(found.last, below - 1))
    numbers: set[int] = set()
    for source in _sources(db, terms):
        numbers.update(_matching(db, source, found, limit))
    return sorted(numbers, reverse=True)[:limit]


def _sources(db: sqlite3.Connection, terms: Sequence[Term]) -> list[_Source]:
    """Where terms can be. A word of a script without spaces is in the index of trigrams only, and with it the whole
    message; other words can also stand in such a message, in the middle of what looks like one word."""
    if not terms:
        return [_Source()]
    trigrams = trigrams_expression(db, terms)
    sources = [_Source("search_unspaced", trigrams)] if trigrams else []
    if not any(term.is_unspaced for term in terms):
        sources.append(_Source("search", words_expression(terms)))
    return sources


def _matching(db: sqlite3.Connection, source: _Source, found: Narrowed, limit: int) -> list[int]:
    conditions, values = joined(found.conditions)
    matched: tuple[str, ...] = ()
    if not source.table:
        statement = _WITHOUT_WORDS.format(conditions=conditions.format(n="f.number"))
    else:
        n = f"{source.table}.rowid"
        match = f"{source.table} MATCH ?"
        conditions = conditions.format(n=n)
        statement = _NUMBERS.format(source=source.table, n=n, match=match, conditions=conditions)
        matched = (source.expression,)
    rows = db.execute(statement, (*matched, found.first, found.last, *values, limit))
    return [row["number"] for row in rows]


def _hit(db: sqlite3.Connection, number: int, marker: Marker) -> SearchHit:
    row = db.execute(_HIT, (READ, number)).fetchone()
    return SearchHit(
        conversation_id=row["conversation_id"],
        conversation_title=row["title"],
        message_id=row["message_id"],
        role=row["role"],
        created_at=time_of(row["created_at"]),
        snippet=marker.snippet(row["text"]),
        number=number,
    )


def _titles(
    db: sqlite3.Connection, query: SearchQuery, terms: Sequence[Term], marker: Marker, limit: int, below: int | None
) -> list[SearchHit]:
    return [
        SearchHit(
            conversation_id=row["id"],
            conversation_title=row["title"],
            message_id="",
            role="",
            created_at=time_of(row["updated_at"]),
            snippet=marker.marked(row["title"]),
            number=row["number"],
        )
        for row in _title_rows(db, query, terms, limit, below)
    ]


def _title_rows(
    db: sqlite3.Connection, query: SearchQuery, terms: Sequence[Term], limit: int, below: int | None
) -> list[sqlite3.Row]:
    """Conversations whose titles have all terms, anywhere; the one that was begun last first."""
    if not terms:
        return []
    asked = conversation_conditions(db, query)
    words = [Condition("instr(c.title_folded, ?)", (fold(term.text),)) for term in terms]
    if query.model:
        words.append(Condition("instr(lower(c.model), ?)", (query.model.lower(),)))
    conditions, values = joined([*asked, *words, *days(query, "c.updated_at")])
    last = 2**62 if below is None else below
    return db.execute(_TITLES.format(conditions=conditions), (last, *values, limit)).fetchall()
