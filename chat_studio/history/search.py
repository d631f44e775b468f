"""Full text search."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from chat_studio.history.fold import fold
from chat_studio.history.query import SearchQuery, plain_quotes
from chat_studio.history.records import SearchHit
from chat_studio.history.rows import tags_text, time_text

_WORDS = re.compile(r'"([^"]*)"|(\S+)')


class Condition(NamedTuple):
    """A part of a WHERE clause with its values."""

    sql: str
    values: tuple[str | int, ...]


def search(db: sqlite3.Connection, query: SearchQuery, limit: int, below: int | None) -> list[SearchHit]:
    """The newest first. `below` is the `number` of the last hit that is known already."""
    expression = expression_of(query.words)
    if not expression:
        return []
    condition = _condition(query)
    rows = db.execute(
        "SELECT c.id AS conversation_id, c.title, m.number, m.id AS message_id, m.role, m.created_at,"  # noqa: S608
        " snippet(search, 0, char(2), char(3), '…', 16) AS snippet"
        " FROM search JOIN messages m ON m.number = search.rowid JOIN conversations c ON c.id = m.conversation_id"
        f" WHERE search MATCH ? AND search.rowid < ? AND {condition.sql} ORDER BY search.rowid DESC LIMIT ?",
        (expression, 2**62 if below is None else below, *condition.values, limit),
    )
    return [
        SearchHit(
            conversation_id=row["conversation_id"],
            conversation_title=row["title"],
            message_id=row["message_id"],
            role=row["role"],
            created_at=datetime.fromisoformat(row["created_at"]),
            snippet=row["snippet"],
            number=row["number"],
        )
        for row in rows
    ]


def count(db: sqlite3.Connection, query: SearchQuery, most: int) -> int:
    """How many hits there are, `most` standing for more."""
    expression = expression_of(query.words)
    if not expression:
        return 0
    condition = _condition(query)
    found: int = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM search JOIN messages m ON m.number = search.rowid"  # noqa: S608
        f" JOIN conversations c ON c.id = m.conversation_id WHERE search MATCH ? AND {condition.sql} LIMIT ?)",
        (expression, *condition.values, most),
    ).fetchone()[0]
    return found


def models(db: sqlite3.Connection) -> list[str]:
    rows = db.execute("SELECT DISTINCT model FROM messages WHERE model != '' AND deleted_at IS NULL ORDER BY model")
    return [row["model"] for row in rows]


def expression_of(query: str) -> str:
    """What the user typed as an FTS5 expression in which nothing of it is syntax; "" when it holds no word.

    All words must be there. The last may be unfinished. Words between quotes are a phrase.
    """
    found = [(phrase or word, bool(word)) for phrase, word in _WORDS.findall(plain_quotes(query))]
    strings = [(text.replace('"', '""'), is_word) for text, is_word in found if any(map(str.isalnum, text))]
    if not strings:
        return ""
    last_is_word = strings[-1][1]
    return " ".join(f'"{text}"' for text, _ in strings) + ("*" if last_is_word else "")


def _condition(query: SearchQuery) -> Condition:
    parts = [Condition("m.deleted_at IS NULL AND c.deleted_at IS NULL", ())]
    if query.archived is not None:
        parts.append(Condition("c.archived = ?", (int(query.archived),)))
    if query.role:
        parts.append(Condition("m.role = ?", (query.role,)))
    if query.model:
        parts.append(Condition("instr(lower(m.model), ?)", (query.model.lower(),)))
    if query.folder:
        parts.append(Condition("c.folder_id IN (SELECT id FROM folders WHERE name = ?)", (query.folder,)))
    if query.tag:
        parts.append(Condition("instr(c.tags, ?)", (tags_text([query.tag]),)))
    if query.after:
        parts.append(Condition("m.created_at >= ?", (_begin(query.after),)))
    if query.before:
        parts.append(Condition("m.created_at < ?", (_begin(query.before),)))
    if query.in_title:
        parts += [Condition("instr(c.title_folded, ?)", (word,)) for word in fold(query.words).split()]
    return Condition(" AND ".join(part.sql for part in parts), sum((part.values for part in parts), ()))


def _begin(day: date) -> str:
    """When a local day begins, as the database writes times."""
    return time_text(datetime.combine(day, time()).astimezone(UTC))
