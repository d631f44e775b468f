"""What is searched for: words, and filters that can be typed among them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

ROLES = {
    "user": "user",
    "me": "user",
    "assistant": "assistant",
    "model": "assistant",
    "system": "system",
    "tool": "tool",
}


@dataclass(frozen=True)
class SearchQuery:
    """Which messages are searched for. An empty field asks for nothing; `str` writes it as it can be typed.

    `words` must all be there: the last may be unfinished, as any with a star at its end; “…” is a phrase. `model` is a
    part of the name, `folder` and `tag` are whole names, all of them whatever their case. `after` is the first day and
    `before` the one after the last, in local time. `in_title` asks for conversations by their titles instead.
    `archived` is None for all conversations.
    """

    words: str = ""
    role: str = ""
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

        What looks like a filter and is none, such as `std::vector`, is a word.
        """
        query = cls()
        words: list[str] = []
        for name, quoted, plain, word in _PIECES.findall(plain_quotes(text)):
            value = " ".join((quoted or plain).split())
            filtered = _FILTERS[name.lower()](query, value) if name and value else None
            if filtered is None:
                words.append(word or f"{name}:{plain or quoted}")
            else:
                query = filtered
        return replace(query, words=" ".join(words))

    def __str__(self) -> str:
        filters = {
            "in": "title" if self.in_title else "",
            "role": self.role,
            "model": self.model,
            "folder": self.folder,
            "tag": self.tag,
            "after": self.after.isoformat() if self.after else "",
            "before": self.before.isoformat() if self.before else "",
            "archived": {None: "all", True: "yes", False: ""}[self.archived],
        }
        written = [f"{name}:{_quoted(value)}" for name, value in filters.items() if value]
        return " ".join([*written, self.words]).strip()


def plain_quotes(text: str) -> str:
    """Typographic quotes as plain ones; without NUL, which no expression may hold."""
    return text.translate({0: " ", 0x201C: '"', 0x201D: '"', 0x201E: '"'})


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _in(query: SearchQuery, value: str) -> SearchQuery | None:
    return replace(query, in_title=True) if value.lower() == "title" else None


def _archived(query: SearchQuery, value: str) -> SearchQuery | None:
    known = {"yes": True, "no": False, "all": None}
    return replace(query, archived=known[value.lower()]) if value.lower() in known else None


def _role(query: SearchQuery, value: str) -> SearchQuery | None:
    role = ROLES.get(value.lower())
    return replace(query, role=role) if role else None


def _after(query: SearchQuery, value: str) -> SearchQuery | None:
    day = day_of(value)
    return replace(query, after=day) if day else None


def _before(query: SearchQuery, value: str) -> SearchQuery | None:
    day = day_of(value)
    return replace(query, before=day) if day else None


def day_of(text: str) -> date | None:
    """The first day of “2026”, “2026-01” or “2026-01-31”."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text)
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


_FILTERS = {
    "in": _in,
    "archived": _archived,
    "role": _role,
    "after": _after,
    "before": _before,
    "model": lambda query, value: replace(query, model=value),
    "folder": lambda query, value: replace(query, folder=value),
    "tag": lambda query, value: replace(query, tag=value),
}
_PIECES = re.compile(rf'(?i)(?<!\S)({"|".join(_FILTERS)}):(?:"([^"]*)"|(\S*))|("[^"]*"\*?|[^\s"]+"?)')
