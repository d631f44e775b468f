"""Full text search."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime

from chat_studio.history.records import SearchHit

_MATCHES = """
    SELECT c.id AS conversation_id, c.title, m.id AS message_id, m.role, m.created_at,
           snippet(search, 0, char(2), char(3), '…', 16) AS snippet
    FROM search JOIN messages m ON m.number = search.rowid JOIN conversations c ON c.id = m.conversation_id
    WHERE search MATCH ? AND c.deleted_at IS NULL
    ORDER BY search.rank, m.number DESC LIMIT ?
"""
_WORDS = re.compile(r'"([^"]*)"|(\S+)')


def search(db: sqlite3.Connection, query: str, limit: int) -> list[SearchHit]:
    expression = expression_of(query)
    if not expression:
        return []
    return [
        SearchHit(
            conversation_id=row["conversation_id"],
            conversation_title=row["title"],
            message_id=row["message_id"],
            role=row["role"],
            created_at=datetime.fromisoformat(row["created_at"]),
            snippet=row["snippet"],
        )
        for row in db.execute(_MATCHES, (expression, limit))
    ]


def expression_of(query: str) -> str:
    """What the user typed as an FTS5 expression in which nothing of it is syntax; "" when it holds no word.

    All words must be there. The last may be unfinished. Words between quotes are a phrase.
    """
    found = [(phrase or word, bool(word)) for phrase, word in _WORDS.findall(_plain(query))]
    strings = [(text.replace('"', '""'), is_word) for text, is_word in found if any(map(str.isalnum, text))]
    if not strings:
        return ""
    last_is_word = strings[-1][1]
    return " ".join(f'"{text}"' for text, _ in strings) + ("*" if last_is_word else "")


def _plain(query: str) -> str:
    """Typographic quotes as plain ones; without NUL, which would end the expression."""
    return query.translate({0: " ", 0x201C: '"', 0x201D: '"', 0x201E: '"'})
