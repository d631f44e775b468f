"""The filters of a search as conditions that cost little: where few messages fit, these are looked up first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Literal, NamedTuple

from chat_studio.history.fold import fold
from chat_studio.history.query import SearchQuery
from chat_studio.history.rows import tags_of, tags_text, time_text
from chat_studio.messages import Role

SPAN = 1024
"""Messages of which the first and the last time are kept together (`message_spans`)."""
FEW_CONVERSATIONS = 1000
FEW_MESSAGES = 10_000
"""Up to so many are looked up before the search; among more, enough of the newest hits fit by themselves."""

Values = tuple[str | int, ...]


class Condition(NamedTuple):
    """A part of a WHERE clause with its values. `f` is the message, `c` its conversation, `{n}` its number."""

    sql: str
    values: Values = ()


class Narrowed(NamedTuple):
    """Which messages the filters leave: those with numbers in a range, under all conditions."""

    first: int
    last: int
    conditions: tuple[Condition, ...]


ALL = Narrowed(0, 2**62, ())


def narrowed(db: sqlite3.Connection, query: SearchQuery) -> Narrowed | None:
    """What the filters of a query come to; None when no message can fit."""
    left = ALL
    for narrow in (_days_within, _conversations, _models, _role):
        further = narrow(db, query)
        if further is None:
            return None
        first, last = max(left.first, further.first), min(left.last, further.last)
        left = Narrowed(first, last, (*left.conditions, *further.conditions))
    # what is looked up tells most, and costs least
    return left._replace(conditions=tuple(sorted(left.conditions, key=lambda one: "{n}" not in one.sql)))


def _conversations(db: sqlite3.Connection, query: SearchQuery) -> Narrowed | None:
    conditions = conversation_conditions(db, query)
    if not (query.folder or query.tag):
        return ALL._replace(conditions=conditions)
    sql, values = joined(conditions)
    among = f"SELECT c.id FROM conversations c WHERE {sql} LIMIT {FEW_CONVERSATIONS + 1}"  # noqa: S608
    counted = len(db.execute(among, values).fetchall())
    if counted > FEW_CONVERSATIONS:
        return ALL._replace(conditions=conditions)
    few = f"SELECT number FROM messages INDEXED BY messages_by_conversation WHERE conversation_id IN ({among})"  # noqa: S608
    found = _few(db, Condition(few, values))
    return found and found._replace(conditions=(*found.conditions, *conditions))


def _few(db: sqlite3.Connection, numbers: Condition) -> Narrowed | None:
    """Those messages only whose numbers a statement selects."""
    sql, values = numbers
    first, last = db.execute(f"SELECT min(number), max(number) FROM ({sql})", values).fetchone()  # noqa: S608
    return None if first is None else Narrowed(first, last, (Condition(f"+{{n}} IN ({sql})", values),))


def conversation_conditions(db: sqlite3.Connection, query: SearchQuery) -> tuple[Condition, ...]:
    """What is asked of conversations."""
    conditions = [Condition("c.deleted_at IS NULL")]
    if query.archived is not None:
        conditions.append(Condition("c.archived = ?", (int(query.archived),)))
    if query.folder:
        conditions.append(Condition("c.folder_id != ''"))
        conditions.append(_any("c.folder_id = ?", _folders(db, query.folder)))
    if query.tag:
        conditions.append(Condition("c.tags != ''"))
        conditions.append(_any("instr(c.tags, ?)", _tags(db, query.tag)))
    return tuple(conditions)


def joined(conditions: Iterable[Condition]) -> Condition:
    parts = tuple(conditions)
    return Condition(" AND ".join(part.sql for part in parts), sum((part.values for part in parts), ()))


def days(query: SearchQuery, column: str) -> tuple[Condition, ...]:
    """When it was: a condition on a column of times."""
    begin, end = _days(query.after, query.before)
    conditions = []
    if begin:
        conditions.append(Condition(f"{column} >= ?", (begin,)))
    if end:
        conditions.append(Condition(f"{column} < ?", (end,)))
    return tuple(conditions)


def _days(after: date | None, before: date | None) -> tuple[str, str]:
    return (_begin(after) if after else "", _begin(before) if before else "")


def _begin(day: date) -> str:
    """When a local day begins, as the database writes times."""
    try:
        return time_text(datetime.combine(day, time()).astimezone(UTC))
    except (OverflowError, OSError, ValueError):  # years that no system clock knows
        return day.isoformat()


def _days_within(db: sqlite3.Connection, query: SearchQuery) -> Narrowed | None:
    begin, end = _days(query.after, query.before)
    if not begin and not end:
        return ALL
    found = db.execute(
        "SELECT min(span) AS first, max(span) AS last FROM message_spans WHERE last_at >= ? AND first_at < ?",
        (begin, end or "~"),  # which is after all digits
    ).fetchone()
    if found["first"] is None:
        return None
    return Narrowed(found["first"] * SPAN, (found["last"] + 1) * SPAN, days(query, "f.created_at"))


def _models(db: sqlite3.Connection, query: SearchQuery) -> Narrowed | None:
    if not query.model:
        return ALL
    names = [name for name in all_models(db) if fold(query.model) in fold(name)]
    if not names:
        return None
    marks = ", ".join("?" * len(names))
    few = f"SELECT number FROM messages INDEXED BY messages_by_model WHERE model != '' AND model IN ({marks})"  # noqa: S608
    counted = db.execute(f"SELECT count(*) FROM ({few} LIMIT {FEW_MESSAGES + 1})", names).fetchone()[0]  # noqa: S608
    if counted <= FEW_MESSAGES:
        return _few(db, Condition(few, tuple(names)))
    # one after the other: the index tells the ends of one model at once, those of several only by reading all
    first = min(_number_of(db, "min", name) for name in names)
    last = max(_number_of(db, "max", name) for name in names)
    return Narrowed(first, last, (_any("f.model = ?", names),))


def _number_of(db: sqlite3.Connection, end: Literal["min", "max"], model: str) -> int:
    sql = f"SELECT {end}(number) FROM messages WHERE model != '' AND model = ?"  # noqa: S608
    found: int = db.execute(sql, (model,)).fetchone()[0]
    return found


def all_models(db: sqlite3.Connection) -> list[str]:
    """The models that gave answers: one look into the index for each."""
    rows = db.execute(
        "WITH RECURSIVE names (name) AS ("
        " SELECT min(model) FROM messages WHERE model != ''"
        " UNION ALL SELECT (SELECT min(model) FROM messages WHERE model != '' AND model > name) FROM names"
        " WHERE name IS NOT NULL"
        ") SELECT name FROM names WHERE name IS NOT NULL"
    )
    return [row["name"] for row in rows]


def _role(db: sqlite3.Connection, query: SearchQuery) -> Narrowed | None:
    """Questions and answers are everywhere, other roles are rare."""
    if query.role is None:
        return ALL
    if query.role in (Role.USER, Role.ASSISTANT):
        return ALL._replace(conditions=(Condition("f.role = ?", (query.role,)),))
    rare = "SELECT number FROM messages INDEXED BY messages_by_rare_role WHERE role NOT IN ('user', 'assistant')"
    return _few(db, Condition(f"{rare} AND role = ?", (query.role,)))


def _folders(db: sqlite3.Connection, name: str) -> list[str]:
    return [row["id"] for row in db.execute("SELECT id, name FROM folders") if fold(row["name"]) == fold(name)]


def _tags(db: sqlite3.Connection, name: str) -> list[str]:
    rows = db.execute("SELECT DISTINCT tags FROM conversations WHERE tags != '' AND deleted_at IS NULL")
    spelled = {tag for row in rows for tag in tags_of(row["tags"]) if fold(tag) == fold(name)}
    return [tags_text([tag]) for tag in spelled]


def _any(sql: str, values: Sequence[str]) -> Condition:
    return Condition(f"({' OR '.join([sql] * len(values)) or 'FALSE'})", tuple(values))
