"""The measured searcher without a window: `python -m bench.finding HOME TASK …`. It prints one line of JSON.

search COUNT SEED    milliseconds of COUNT searches of each kind, by kind
list COUNT SEED      milliseconds of first pages, of all pages one after the other, and of titles as they are typed
memory               bytes in use after one page, and after some searches
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bench.big_history import FOLDERS, MODELS, TAGS
from bench.core import resident
from bench.writer import COMMON
from chat_studio.history.listing import ListQuery
from chat_studio.history.query import SearchQuery
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Role
from chat_studio.paths import Paths


class Typist:
    """Searches that somebody would type who looks for something that is there."""

    def __init__(self, path: Path, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        with closing(sqlite3.connect(path)) as db:
            last = db.execute("SELECT max(number) FROM messages").fetchone()[0]
            wanted = [(self._chance.randrange(1, last + 1),) for _ in range(2000)]
            texts = [
                db.execute("SELECT text FROM messages WHERE number = ?", number).fetchone()[0] for number in wanted
            ]
        self._cjk = [text for text in texts if "。" in text]
        self._spaced = [text.split() for text in texts if "。" not in text and len(text.split()) > 5]
        self._rare = re.findall(r"[a-z]+_\d+", " ".join(texts))

    def kinds(self) -> dict[str, Callable[[], str]]:
        pick = self._chance.choice
        return {
            "rare word": lambda: pick(self._rare),
            "any word": lambda: pick(pick(self._spaced)),
            "common word": lambda: pick(COMMON),
            "two common words": lambda: " ".join(self._chance.sample(COMMON, 2)),
            "two words": lambda: " ".join(self._chance.sample(pick(self._spaced), 2)),
            "phrase": self._phrase,
            "one letter": lambda: self._beginning(1),
            "two letters": lambda: self._beginning(2),
            "three letters": lambda: self._beginning(3),
            "four letters": lambda: self._beginning(4),
            "word and letters": lambda: f"{pick(COMMON)} {self._beginning(2)}",
            "one Han, kana or hangul": lambda: self._han(1),
            "two": lambda: self._han(2),
            "four": lambda: self._han(4),
            "two and two": lambda: f"{self._han(2)} {self._han(2)}",
        }

    def filters(self) -> Iterator[SearchQuery]:
        """Queries without words: without a filter, and with each."""
        year, month = self._chance.randrange(2022, 2026), self._chance.randrange(1, 13)
        yield SearchQuery()
        yield SearchQuery(role=Role.USER)
        yield SearchQuery(model=self._chance.choice(MODELS))
        yield SearchQuery(folder=f"Folder {self._chance.randrange(FOLDERS)}")
        yield SearchQuery(tag=self._chance.choice(TAGS))
        yield SearchQuery(after=date(year, month, 1))
        yield SearchQuery(before=date(year, month, 1))
        yield SearchQuery(after=date(year, month, 1), before=date(year, month, 8))

    def _phrase(self) -> str:
        words = self._chance.choice(self._spaced)
        start = self._chance.randrange(len(words) - 3)
        return f'"{" ".join(words[start : start + self._chance.choice((2, 3))])}"'

    def _beginning(self, length: int) -> str:
        return self._chance.choice(self._chance.choice(self._spaced))[:length]

    def _han(self, length: int) -> str:
        text = self._chance.choice(self._chance.choice(self._cjk).split("。")[:-1])
        start = self._chance.randrange(max(1, len(text) - length))
        return text[start : start + length]


async def timed(work: Awaitable[Any]) -> float:
    begun = time.perf_counter()
    await work
    return 1000 * (time.perf_counter() - begun)


async def search(path: Path, count: int, seed: int) -> dict[str, list[float]]:
    """One search of each kind and filter warms up; nobody's first search of the day is asked for in one morning."""
    typist = Typist(path, seed)
    taken: dict[str, list[float]] = {}
    store = HistoryStore(path)
    for number in range(count + 1):
        for kind, words in typist.kinds().items():
            for query in typist.filters():
                spent = await timed(store.search(replace(query, words=words())))
                if number:
                    taken.setdefault(kind, []).append(spent)
        counted = await timed(store.count_hits(SearchQuery(words=typist.kinds()["common word"]())))
        if number:
            taken.setdefault("count", []).append(counted)
    await store.aclose()
    return taken


async def listed(path: Path, count: int, seed: int) -> dict[str, list[float]]:
    typist = Typist(path, seed)
    store = HistoryStore(path)
    taken: dict[str, list[float]] = {"first page": [], "scrolling": [], "title": [], "folders and tags": []}
    for _ in range(count):
        taken["first page"].append(await timed(store.page()))
        taken["folders and tags"].append(await timed(store.folder_counts()) + await timed(store.tag_counts()))
        title = typist.kinds()["two words"]()
        for length in range(1, len(title)):
            taken["title"].append(await timed(store.page(ListQuery(title=title[:length]))))
    after = None
    while True:
        begun = time.perf_counter()
        page = await store.page(after=after)
        taken["scrolling"].append(1000 * (time.perf_counter() - begun))
        after = page.after
        if after is None:
            break
    await store.aclose()
    return taken


async def memory(path: Path) -> dict[str, int]:
    store = HistoryStore(path)
    await store.page()
    early = resident()
    for words in ("the", "python server", "a", "“of the”", "的", "不了"):
        await store.search(words)
    late = resident()
    await store.aclose()
    return {"early": early, "late": late}


TASKS = {"search": search, "list": listed, "memory": memory}


def main(home: str, task: str, *arguments: str) -> None:
    path = Paths.find(home).history
    print(json.dumps(asyncio.run(TASKS[task](path, *map(int, arguments)))), flush=True)  # type: ignore[operator]


if __name__ == "__main__":
    main(*sys.argv[1:])
