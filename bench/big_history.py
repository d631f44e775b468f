"""A history of many years: 100,000 conversations with 1,000,000 messages, the same for the same seed."""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.processes import memory
from bench.running import program, told
from bench.start_and_rest import SETTLING
from bench.writer import Writer
from chat_studio.history.db import open_database
from chat_studio.history.migrations import MIGRATIONS, migrate
from chat_studio.history.rows import time_text
from chat_studio.paths import Paths

MESSAGES_EACH = 10
FILLED = 3
"""The version of the file that is filled; the program brings it up to date."""
FULL_LIST = 1000
FOLDERS = 20
TAGS = ("work", "idea", "later", "übung")
MODELS = ("gpt-4o", "claude-sonnet", "llama3:8b", "mistral-small")
BEGIN = datetime(2022, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=4 * 365)


def big_history(env: Mapping[str, str], conversations: int, rounds: int) -> list[Figure]:
    """Searches, lists and starts of the program with a big history, the starts against an empty home."""
    with tempfile.TemporaryDirectory() as big, tempfile.TemporaryDirectory() as empty:
        path = Paths.find(big).history
        updated = build(path, conversations)
        return [
            Figure(f"{conversations} conversations: brought up to date from version {FILLED}", "s", [updated]),
            Figure("the same: its file", "MB", [path.stat().st_size / 1e6]),
            *_searching(env, big, rounds),
            *_listing(env, big, rounds),
            *_remembering(env, big, empty),
            *_starting(env, big, empty, rounds),
            *_resting(env, big, rounds),
        ]


def _searching(env: Mapping[str, str], home: str, rounds: int) -> list[Figure]:
    taken = [_told(env, home, "search", 4, seed) for seed in range(rounds)]
    everything = [list(itertools.chain.from_iterable(kinds.values())) for kinds in taken]
    return [
        Figure("search: median", "ms", [_share(times, 0.5) for times in everything]),
        Figure("search: p95", "ms", [_share(times, 0.95) for times in everything], bound=50),
        Figure("search: worst", "ms", [max(times) for times in everything]),
        *(Figure(f"search, {kind}: p95", "ms", [_share(kinds[kind], 0.95) for kinds in taken]) for kind in taken[0]),
    ]


def _listing(env: Mapping[str, str], home: str, rounds: int) -> list[Figure]:
    taken = [_told(env, home, "list", 5, seed) for seed in range(rounds)]
    bounds = {"title": 50.0, "scrolling": 16.0}
    return [
        Figure(f"list, {kind}: p95", "ms", [_share(kinds[kind], 0.95) for kinds in taken], bounds.get(kind))
        for kind in taken[0]
    ]


def _remembering(env: Mapping[str, str], big: str, empty: str) -> list[Figure]:
    mine, yardstick = _told(env, big, "memory"), _told(env, empty, "memory")
    return [
        Figure(f"memory {name}, more than with an empty history", "MB", [(mine[key] - yardstick[key]) / 1e6], bound)
        for key, name, bound in (("early", "after a page", 5.0), ("late", "after searches", 20.0))
    ]


def _starting(env: Mapping[str, str], big: str, empty: str, rounds: int) -> list[Figure]:
    """CPU to the first painted window; the two homes take turns."""
    cpu: dict[str, list[float]] = {big: [], empty: []}
    for _ in range(rounds * 3):
        for home in (empty, big):
            with program("bench.studio", "--home", home, env=env) as process:
                cpu[home].append(1000 * float(told(process)["cpu"]))
    ratios = [mine / yardstick for mine, yardstick in zip(cpu[big], cpu[empty], strict=True)]
    return [
        Figure("start with the big history: CPU to the first painted window", "ms", cpu[big]),
        Figure("the same against an empty one", "×", ratios, bound=1.10),
    ]


def _resting(env: Mapping[str, str], big: str, rounds: int) -> list[Figure]:
    """Memory of the window when it has settled, against one with so many conversations that its list is full, too."""
    with tempfile.TemporaryDirectory() as small:
        build(Paths.find(small).history, FULL_LIST)
        ratios = [_settled(env, big) / _settled(env, small) for _ in range(rounds + 1)]
    # the first start of each home has more to do; between others there are some 10 MB of chance
    name = f"idle memory with the big history against {FULL_LIST} conversations"
    return [Figure(name, "×", ratios[1:], bound=1.15)]


def _settled(env: Mapping[str, str], home: str) -> float:
    with program("bench.studio", "--home", home, env=env) as process:
        told(process)
        time.sleep(SETTLING)
        return memory(process.pid)


def _told(env: Mapping[str, str], home: str, *arguments: object) -> dict[str, Any]:
    with program("bench.finding", home, *map(str, arguments), env=env) as process:
        found: dict[str, Any] = told(process)
        return found


def _share(times: list[float], share: float) -> float:
    """The time within which this share of all was done."""
    return sorted(times)[round(share * (len(times) - 1))]


def build(path: Path, conversations: int, seed: int = 4) -> float:
    """Writes the file as version 3 had it, and brings it up to date; returns the seconds that this took."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        migrate(db, path, MIGRATIONS[:FILLED])
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        db.execute("BEGIN")
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        _fill(db, conversations, random.Random(seed))  # noqa: S311 - no secret
        for _, sql in triggers:
            db.execute(sql)
        db.execute("COMMIT")
    begun = time.perf_counter()
    open_database(path).close()
    path.with_name(f"{path.stem}.v{FILLED}{path.suffix}").unlink()
    return time.perf_counter() - begun


def _fill(db: sqlite3.Connection, conversations: int, chance: random.Random) -> None:
    writer = Writer(chance)
    db.executemany("INSERT INTO folders VALUES (?, ?)", [(f"folder-{n}", f"Folder {n}") for n in range(FOLDERS)])
    begin = BEGIN.timestamp()
    step = YEARS.total_seconds() / conversations
    is_cjk = [chance.random() < 0.05 for _ in range(conversations)]

    def at(number: int, position: int) -> str:
        return time_text(datetime.fromtimestamp(begin + step * number + 20 * position, UTC))

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(conversations):
            yield (
                f"{number:032x}",
                writer.title(is_cjk[number]),
                at(number, 0),
                at(number, MESSAGES_EACH),
                "demo",
                chance.choice(MODELS),
                f"{number:028x}{MESSAGES_EACH - 1:04x}",
                f"folder-{chance.randrange(FOLDERS)}" if chance.random() < 0.3 else "",
                int(chance.random() < 0.0005),
                int(chance.random() < 0.2),
                f"\n{chance.choice(TAGS)}\n" if chance.random() < 0.1 else "",
            )

    def messages() -> Iterator[tuple[object, ...]]:
        for number in range(conversations):
            model = chance.choice(MODELS)
            for position in range(MESSAGES_EACH):
                answers = position % 2 == 1
                text = writer.text(chance.randint(5, 14) if answers else chance.randint(1, 2), is_cjk[number])
                id_ = f"{number:028x}{position:04x}"
                yield (
                    id_,
                    f"{number:032x}",
                    f"{number:028x}{position - 1:04x}" if position else None,
                    at(number, position),
                    "assistant" if answers else "user",
                    json.dumps([{"type": "text", "text": text}], ensure_ascii=False, separators=(",", ":")),
                    text,
                    "done",
                    "demo" if answers else "",
                    "Demo" if answers else "",
                    model if answers else "",
                )

    db.executemany(
        "INSERT INTO conversations (id, title, created_at, updated_at, connection_id, model, leaf_id,"
        " folder_id, pinned, archived, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows(),
    )
    db.executemany(
        "INSERT INTO messages (id, conversation_id, parent_id, created_at, role, parts, text, state, connection_id,"
        " connection_name, model) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        messages(),
    )
