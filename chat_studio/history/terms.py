"""What is typed as terms, and these as expressions of FTS5 in which nothing that was typed is syntax."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from chat_studio.history.query import plain_quotes

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3041-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Characters of scripts that put no spaces between words, as ranges of a character class: Chinese, Japanese, Korean
(whose particles cling to words), Thai, Lao, Burmese and Khmer. The triggers of the index have the same."""

_UNSPACED = re.compile(f"[{UNSPACED}]")
_PIECES = re.compile(r'"([^"]*)(?:"(\*?)|$)|([^\s"]+)')


class Term(NamedTuple):
    """A word, or a phrase of several; a prefix goes on in any way. `text` holds at least one letter or digit."""

    text: str
    is_prefix: bool

    @property
    def is_unspaced(self) -> bool:
        return is_unspaced(self.text)


def is_unspaced(text: str) -> bool:
    return not text.isascii() and _UNSPACED.search(text) is not None


def terms_of(words: str) -> tuple[Term, ...]:
    """Words are separated by spaces. Those with a star, a last word and a last phrase without its end are prefixes."""
    terms: list[Term] = []
    for found in _PIECES.finditer(plain_quotes(words).strip()):
        phrase, star, word = found.groups()
        is_last = found.end() == len(found.string)
        text = phrase if word is None else word.rstrip("*")
        is_prefix = bool(star) or (word is not None and word != text) or (is_last and star is None)
        if any(map(str.isalnum, text)):
            terms.append(Term(" ".join(text.split()), is_prefix))
    return tuple(terms)


def words_expression(terms: Sequence[Term]) -> str:
    """For the index of words."""
    return " AND ".join(_string(term.text) + ("*" if term.is_prefix else "") for term in terms)


def trigrams_expression(db: sqlite3.Connection, terms: Sequence[Term]) -> str:
    """For the index of trigrams; "" where nothing can match.

    It finds a term anywhere. One of fewer than three characters stands for all trigrams that begin with it.
    """
    expressions = []
    for term in terms:
        strings = [term.text] if len(term.text) >= 3 else _trigrams(db, term)
        if not strings:
            return ""
        expressions.append(f"({' OR '.join(map(_string, strings))})")
    return " AND ".join(expressions)


def _trigrams(db: sqlite3.Connection, term: Term) -> list[str]:
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.trigrams USING fts5vocab('main', 'search_unspaced', 'row')")
    begin = term.text.lower()
    rows = db.execute("SELECT term FROM temp.trigrams WHERE term >= ? AND term < ?", (begin, begin + "\U0010ffff"))
    return [row[0] for row in rows if term.is_prefix or term.is_unspaced or _ends(row[0][len(begin) :])]


def _ends(following: str) -> bool:
    """Whether a word of another script ends where this follows."""
    return not following[:1].isalnum() or is_unspaced(following[:1])


def _string(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
