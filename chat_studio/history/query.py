"""What is searched for: words, and filters that can be typed among them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from chat_studio.messages import Role

_ARCHIVED = {"yes": True, "no": False, "all": None}


@dataclass(frozen=True)
class SearchQuery:
    """Which messages are searched for. An empty field asks for nothing; `str` writes it as it can be typed.

    `words` must all be there: the last may be unfinished, as any with a star at its end; “…” is a phrase. `model` is a
    part of the name, `folder` and `tag` are whole names, all of them whatever their case. `after` is the first day and
    `before` the one after the last, in local time. `in_title` asks for conversations by their titles instead.
    `archived` is None for all conversations.
    """

    words: str = ""
    role: Role | None = None
    model: str = ""
    folder: str = ""
    tag: str = ""
    after: date | None = None
    before: date | None = None
    in_title: bool = False
    archived: bool | None = False

    @classmethod
    def typed(cls, text: str) -> SearchQuery:
        """Reads words with filters among them: `model:gpt-4o folder:"My folder" after:2026-01-31 in:title`.

        What looks like a filter and is none, such as `std::vector`, is a word. A filter whose value is not typed yet
        asks for nothing.
        """
        query = cls()
        words: list[str] = []
        for found in _PIECES.finditer(plain_quotes(text)):
            name, value = found["name"], " ".join((found["quoted"] or found["plain"] or "").split())
            filtered = _filtered(query, name.lower(), value) if name else None
            if filtered is None:
                words.append(found[0])
            else:
                query = filtered
        return replace(query, words=" ".join(words).strip())

    def __str__(self) -> str:
        archived = next(name for name, value in _ARCHIVED.items() if value is self.archived)
        filters = {
            "in": "title" if self.in_title else "",
            "role": self.role or "",
            "model": self.model,
            "folder": self.folder,
            "tag": self.tag,
            "after": self.after.isoformat() if self.after else "",
            "before": self.before.isoformat() if self.before else "",
            "archived": "" if archived == "no" else archived,
        }
        written = [f"{name}:{_quoted(value)}" for name, value in filters.items() if value]
        return " ".join([*written, self.words]).strip()


def plain_quotes(text: str) -> str:
    """Typographic quotes as plain ones; without NUL, which no expression may hold."""
    return text.translate({0: " ", 0x201C: '"', 0x201D: '"', 0x201E: '"'})


def day_of(text: str) -> date | None:
    """The first day of “2026”, “2026-01” or “2026-01-31”; None for anything else."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text, re.ASCII)
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _filtered(query: SearchQuery, name: str, value: str) -> SearchQuery | None:
    """The query with one more filter; None when it is none."""
    return _FILTERS[name](query, value) if value else query


def _in(query: SearchQuery, value: str) -> SearchQuery | None:
    return replace(query, in_title=True) if value.lower() in ("title", "titles") else None


def _archived(query: SearchQuery, value: str) -> SearchQuery | None:
    return replace(query, archived=_ARCHIVED[value.lower()]) if value.lower() in _ARCHIVED else None


def _role(query: SearchQuery, value: str) -> SearchQuery | None:
    role = next((role for role in Role if role.startswith(value.lower())), None)
    return replace(query, role=role) if role else None


def _after(query: SearchQuery, value: str) -> SearchQuery | None:
    day = day_of(value)
    return replace(query, after=day) if day else _unfinished(query, value)


def _before(query: SearchQuery, value: str) -> SearchQuery | None:
    day = day_of(value)
    return replace(query, before=day) if day else _unfinished(query, value)


def _unfinished(query: SearchQuery, value: str) -> SearchQuery | None:
    """The query as it is while a day is being typed."""
    return query if re.fullmatch(r"[\d-]+", value, re.ASCII) else None


_FILTERS: dict[str, Callable[[SearchQuery, str], SearchQuery | None]] = {
    "in": _in,
    "archived": _archived,
    "role": _role,
    "after": _after,
    "before": _before,
    "model": lambda query, value: replace(query, model=value),
    "folder": lambda query, value: replace(query, folder=value),
    "tag": lambda query, value: replace(query, tag=value),
}
_PIECES = re.compile(
    rf'(?:(?P<name>{"|".join(_FILTERS)}):(?:"(?P<quoted>[^"]*)(?:"|$)|(?P<plain>[^\s"]*))|"[^"]*(?:"\*?|$)|[^\s"]+)',
    re.IGNORECASE,
)
"""Filters, phrases (the last of which may be unfinished) and words."""
